namespace BatVRTrainer
{
    /// <summary>The customer listens. First on every connection.</summary>
    public struct Ready
    {
        public string SessionId;
        /// <summary>The highest number so far, 0 in a new session.</summary>
        public long Seq;
        /// <summary>Active, or ended: the score is to come.</summary>
        public string State;
        /// <summary>Seconds since the session began.</summary>
        public double SessionTime;
        /// <summary>How long a client may be away.</summary>
        public long ResumeWindowMs;
        /// <summary>How often the server pings.</summary>
        public long HeartbeatMs;
        public long MaxMessageBytes;
        public long MaxEventsPerBatch;

        public static Ready Read(JsonValue json)
        {
            return new Ready
            {
                SessionId = json.TextOf("sessionId"),
                Seq = json.WholeOf("seq"),
                State = json.TextOf("state"),
                SessionTime = json.NumberOf("sessionTime"),
                ResumeWindowMs = json.WholeOf("resumeWindowMs", 60000),
                HeartbeatMs = json.WholeOf("heartbeatMs", 15000),
                MaxMessageBytes = json["limits"].WholeOf("maxMessageBytes", 1048576),
                MaxEventsPerBatch = json["limits"].WholeOf("maxEventsPerBatch", 1000),
            };
        }
    }
}
