namespace BatVRTrainer
{
    /// <summary>The supervisor has evaluated the conversation.</summary>
    public struct Attitude
    {
        public long Seq;
        /// <summary>0 to 10.</summary>
        public long Value;
        /// <summary>Rising, falling or stable.</summary>
        public string Direction;

        public static Attitude Read(JsonValue json)
        {
            return new Attitude
            {
                Seq = json.WholeOf("seq"),
                Value = json.WholeOf("value"),
                Direction = json.TextOf("direction"),
            };
        }
    }
}
