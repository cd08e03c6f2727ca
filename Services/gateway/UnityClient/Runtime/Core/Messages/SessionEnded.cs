namespace BatVRTrainer
{
    /// <summary>The conversation is over and has played out.</summary>
    public struct SessionEnded
    {
        public long Seq;
        public string Outcome;
        public string EndTrigger;

        public static SessionEnded Read(JsonValue json)
        {
            return new SessionEnded
            {
                Seq = json.WholeOf("seq"),
                Outcome = json.TextOf("outcome"),
                EndTrigger = json.TextOf("endTrigger"),
            };
        }
    }
}
