namespace BatVRTrainer
{
    /// <summary>What became of events that were uploaded.</summary>
    public sealed class UploadResult
    {
        /// <summary>New on the server.</summary>
        public int Stored { get; private set; }
        /// <summary>Known to the server already; costs nothing.</summary>
        public int Duplicates { get; private set; }
        /// <summary>Never taken.</summary>
        public int Invalid { get; private set; }
        /// <summary>The session is being stored at this moment: try again a little later.</summary>
        public bool IsTooEarly { get; private set; }

        /// <summary>False when there is no sense in going on now.</summary>
        internal bool Take(JsonValue results, EventBuffer buffer)
        {
            bool hasSettled = false;
            foreach (var result in results.Items)
            {
                var status = result.TextOf("status");
                var code = result.TextOf("code");
                if (status == "invalid" && (code == "session_ending" || code == "not_durable"))
                {
                    IsTooEarly = true;
                    continue;
                }
                if (!buffer.Settle(result.TextOf("eventId"))) continue;
                hasSettled = true;
                if (status == "stored") Stored++;
                else if (status == "duplicate") Duplicates++;
                else Invalid++;
            }
            return hasSettled && !IsTooEarly;
        }
    }
}
