namespace BatVRTrainer
{
    /// <summary>A place in one item of the customer's audio.</summary>
    public struct Place
    {
        /// <summary>Null when no place is known.</summary>
        public string ItemId;
        public long OffsetMs;

        public Place(string itemId, long offsetMs)
        {
            ItemId = itemId;
            OffsetMs = offsetMs;
        }

        public bool IsKnown { get { return !string.IsNullOrEmpty(ItemId); } }
    }
}
