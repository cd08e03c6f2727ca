namespace BatVRTrainer
{
    /// <summary>These events are on the server's disk.</summary>
    public struct Ack
    {
        public string[] EventIds;

        public static Ack Read(JsonValue json)
        {
            return new Ack
            {
                EventIds = json.TextsOf("eventIds"),
            };
        }
    }
}
