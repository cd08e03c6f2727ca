namespace BatVRTrainer
{
    /// <summary>The outcome as adjudicated: use it instead of that of `session_ended`.</summary>
    public struct SessionOutcome
    {
        public long Seq;
        public string Outcome;

        public static SessionOutcome Read(JsonValue json)
        {
            return new SessionOutcome
            {
                Seq = json.WholeOf("seq"),
                Outcome = json.TextOf("outcome"),
            };
        }
    }
}
