namespace BatVRTrainer
{
    /// <summary>The server stops or restarts; it closes with 1001.</summary>
    public struct GoingAway
    {
        public string Reason;
        public long RetryAfterMs;

        public static GoingAway Read(JsonValue json)
        {
            return new GoingAway
            {
                Reason = json.TextOf("reason"),
                RetryAfterMs = json.WholeOf("retryAfterMs"),
            };
        }
    }
}
