namespace BatVRTrainer
{
    /// <summary>The scorecard, or why there is none. The highest revision counts.</summary>
    public struct Score
    {
        public long Seq;
        public long Revision;
        /// <summary>Passed, failed or pending.</summary>
        public string Verdict;
        /// <summary>Empty when there is a score.</summary>
        public string Error;
        /// <summary>The whole scorecard.</summary>
        public JsonValue Data;

        public static Score Read(JsonValue json)
        {
            return new Score
            {
                Seq = json.WholeOf("seq"),
                Revision = json.WholeOf("revision"),
                Verdict = json.TextOf("verdict"),
                Error = json.TextOf("error"),
                Data = json["data"],
            };
        }
    }
}
