namespace BatVRTrainer
{
    /// <summary>The answer to a `ping`.</summary>
    public struct Pong
    {
        public long T;

        public static Pong Read(JsonValue json)
        {
            return new Pong
            {
                T = json.WholeOf("t"),
            };
        }
    }
}
