namespace BatVRTrainer
{
    /// <summary>What was missed has been sent again.</summary>
    public struct Resumed
    {
        public long From;
        public long To;
        public long Replayed;

        public static Resumed Read(JsonValue json)
        {
            return new Resumed
            {
                From = json.WholeOf("from"),
                To = json.WholeOf("to"),
                Replayed = json.WholeOf("replayed"),
            };
        }
    }
}
