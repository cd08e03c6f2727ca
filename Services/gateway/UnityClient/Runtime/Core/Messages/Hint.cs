namespace BatVRTrainer
{
    /// <summary>Advice in a practice. Show it for some seconds.</summary>
    public struct Hint
    {
        public string Text;

        public static Hint Read(JsonValue json)
        {
            return new Hint
            {
                Text = json.TextOf("text"),
            };
        }
    }
}
