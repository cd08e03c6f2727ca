namespace BatVRTrainer
{
    /// <summary>Which place of which item has been heard, from how many frames the device has taken. Safe between
    /// threads.</summary>
    public sealed class PlayedClock
    {
        const int MostStretches = 256;

        readonly object gate = new object();
        readonly Stretch[] stretches = new Stretch[MostStretches];
        readonly int rate;
        int first;
        int count;
        Place last;

        /// <summary>Frames of the device that sound one piece of an item.</summary>
        struct Stretch
        {
            public string ItemId;
            public long Begin;
            public long End;
            /// <summary>Samples at 24 kHz of the item before it.</summary>
            public long Offset;
        }

        /// <param name="rate">Frames of the device a second.</param>
        /// <param name="last">What had been heard before.</param>
        public PlayedClock(int rate, Place last = default(Place))
        {
            this.rate = rate;
            this.last = last;
        }

        /// <summary>The frames from `begin` to `end` sound this item from `offset` on, in samples at 24 kHz.</summary>
        public void Add(string itemId, long offset, long begin, long end)
        {
            lock (gate)
            {
                int newest = (first + count - 1) % MostStretches;
                if (count > 0 && stretches[newest].ItemId == itemId && stretches[newest].End == begin)
                {
                    stretches[newest].End = end;
                    return;
                }
                if (count == MostStretches)
                {
                    first = (first + 1) % MostStretches;
                    count--;
                }
                stretches[(first + count++) % MostStretches] =
                    new Stretch { ItemId = itemId, Begin = begin, End = end, Offset = offset };
            }
        }

        /// <summary>The last place that was heard when the device had taken so many frames.</summary>
        public Place At(long frames)
        {
            lock (gate)
            {
                while (count > 0 && stretches[first].Begin < frames)
                {
                    var stretch = stretches[first];
                    long heard = System.Math.Min(frames, stretch.End) - stretch.Begin;
                    last = new Place(stretch.ItemId, (stretch.Offset + heard * SoundFormat.Rate / rate) * 1000 / SoundFormat.Rate);
                    if (frames < stretch.End || count == 1) break;
                    first = (first + 1) % MostStretches;
                    count--;
                }
                return last;
            }
        }

        /// <summary>What has not been heard by now never will be.</summary>
        public Place Cut(long frames)
        {
            lock (gate)
            {
                At(frames);
                count = 0;
                return last;
            }
        }
    }
}
