namespace BatVRTrainer
{
    /// <summary>OpenAI was lost or is back; or something is wrong with the microphone's audio.</summary>
    public struct Status
    {
        /// <summary>Reconnecting or ok; empty when it says nothing of it.</summary>
        public string Upstream;
        /// <summary>Too_fast: is the rate 24 kHz?.</summary>
        public string Microphone;

        public static Status Read(JsonValue json)
        {
            return new Status
            {
                Upstream = json.TextOf("upstream"),
                Microphone = json.TextOf("microphone"),
            };
        }
    }
}
