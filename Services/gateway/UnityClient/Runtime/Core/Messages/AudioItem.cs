namespace BatVRTrainer
{
    /// <summary>The binary frames of audio that follow belong to this item and begin there.</summary>
    public struct AudioItem
    {
        public string ItemId;
        public long OffsetMs;

        public static AudioItem Read(JsonValue json)
        {
            return new AudioItem
            {
                ItemId = json.TextOf("itemId"),
                OffsetMs = json.WholeOf("offsetMs"),
            };
        }
    }
}
