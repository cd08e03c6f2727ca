namespace BatVRTrainer
{
    /// <summary>Something was refused or failed. Decide on `Code`.</summary>
    public struct ServerError
    {
        public long Seq;
        public string Code;
        /// <summary>For people.</summary>
        public string Message;
        /// <summary>The server closes after it.</summary>
        public bool IsFatal;
        public long RetryAfterMs;

        public static ServerError Read(JsonValue json)
        {
            return new ServerError
            {
                Seq = json.WholeOf("seq"),
                Code = json.TextOf("code"),
                Message = json.TextOf("message"),
                IsFatal = json.FlagOf("fatal"),
                RetryAfterMs = json.WholeOf("retryAfterMs"),
            };
        }
    }
}
