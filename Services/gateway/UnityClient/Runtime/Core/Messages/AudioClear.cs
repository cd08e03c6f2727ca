namespace BatVRTrainer
{
    /// <summary>The trainee interrupted: throw away what is queued, and stop playing.</summary>
    public struct AudioClear
    {
        public string ItemId;
        public long HeardMs;

        public static AudioClear Read(JsonValue json)
        {
            return new AudioClear
            {
                ItemId = json.TextOf("itemId"),
                HeardMs = json.WholeOf("heardMs"),
            };
        }
    }
}
