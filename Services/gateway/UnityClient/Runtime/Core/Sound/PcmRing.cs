using System;
using System.Threading;

namespace BatVRTrainer
{
    /// <summary>Samples on their way from one thread to another, one of which is the audio thread: no lock, no
    /// allocation.</summary>
    /// <remarks>One thread writes, one reads. The reader begins once `primingMs` are there. When more than `capacityMs`
    /// wait, it skips to the newest with a cross-fade, so that the delay stays bounded.</remarks>
    public sealed class PcmRing
    {
        public const int PrimingMs = 30;
        public const int CapacityMs = 200;
        /// <summary>Frames over which sound begins, ends or is cut off.</summary>
        public const int FadeFrames = 32;
        const int CrossFadeMs = 5;

        readonly float[] ring;
        readonly int mask;
        readonly int priming;
        readonly int capacity;
        readonly int crossFade;
        // All count frames since the beginning.
        long written;
        long read;
        long clearedTo;
        long completeTo;
        // The reader's own.
        bool isPrimed;
        int rise;
        long skipped;
        int underruns;
        // The writer's own.
        long refused;

        public PcmRing(int rate, int primingMs = PrimingMs, int capacityMs = CapacityMs)
        {
            Rate = rate;
            priming = rate * primingMs / 1000;
            capacity = Math.Max(1, rate * capacityMs / 1000);
            crossFade = Math.Max(1, rate * CrossFadeMs / 1000);
            int length = 64;
            // Twice the capacity, so that a reader that comes late finds the newest.
            while (length < 2 * capacity + crossFade) length *= 2;
            ring = new float[length];
            mask = length - 1;
        }

        public int Rate { get; }

        /// <summary>Frames that wait.</summary>
        public int Fill
        {
            get
            {
                long from = Math.Max(Volatile.Read(ref read), Volatile.Read(ref clearedTo));
                return (int)Math.Max(0, Volatile.Read(ref written) - from);
            }
        }

        /// <summary>Frames that may be written before the reader would skip.</summary>
        public int Room { get { return Math.Max(0, capacity - Fill); } }

        /// <summary>How many frames came before the next one that is written.</summary>
        public long Written { get { return Volatile.Read(ref written); } }

        /// <summary>How many frames came before the next one that is read; those that were skipped count.</summary>
        public long Position { get { return Volatile.Read(ref read); } }

        /// <summary>Frames that were left out because the reader was late.</summary>
        public long Skipped { get { return Volatile.Read(ref skipped) + Volatile.Read(ref refused); } }

        /// <summary>How often the reader found less than it wanted.</summary>
        public int Underruns { get { return Volatile.Read(ref underruns); } }

        /// <summary>For the writer. Gives how many frames fitted.</summary>
        public int Write(float[] samples, int start, int count)
        {
            long end = written;
            int room = (int)(ring.Length - (end - Volatile.Read(ref read)));
            int fitting = Math.Min(count, Math.Max(0, room));
            for (int i = 0; i < fitting; i++) ring[(int)(end + i) & mask] = samples[start + i];
            Volatile.Write(ref written, end + fitting);
            refused += count - fitting;
            return fitting;
        }

        /// <summary>For the writer: nothing follows for now, so that less than the priming is played too.</summary>
        public void Complete() { Volatile.Write(ref completeTo, written); }

        /// <summary>For any thread: what was written until now is thrown away; what sounds fades out.</summary>
        public void Clear() { Volatile.Write(ref clearedTo, Volatile.Read(ref written)); }

        /// <summary>For the reader. Fills all of `count` frames, with silence where there is none, and gives how many
        /// sound.</summary>
        public int Read(float[] into, int start, int count)
        {
            int done = FadeOutCleared(into, start, count);
            long end = Volatile.Read(ref written);
            if (!isPrimed && end > read && (end - read >= priming || Volatile.Read(ref completeTo) == end))
            {
                isPrimed = true;
                rise = FadeFrames;
            }
            if (isPrimed)
            {
                int first = done;
                if (end - read > capacity) done += CrossFade(into, start + done, count - done, end);
                done += Copy(into, start + done, count - done, end);
                for (int i = first; i < done && rise > 0; i++, rise--) into[start + i] *= 1 - rise / (FadeFrames + 1f);
            }
            Array.Clear(into, start + done, count - done);
            return done;
        }

        int FadeOutCleared(float[] into, int start, int count)
        {
            long cleared = Volatile.Read(ref clearedTo);
            if (cleared <= read) return 0;
            int fading = isPrimed ? (int)Math.Min(Math.Min(FadeFrames, count), cleared - read) : 0;
            for (int i = 0; i < fading; i++)
            {
                into[start + i] = ring[(int)(read + i) & mask] * (FadeFrames - i) / (FadeFrames + 1);
            }
            isPrimed = false;
            Volatile.Write(ref read, cleared);
            return fading;
        }

        /// <summary>From the oldest to the newest.</summary>
        int CrossFade(float[] into, int start, int count, long end)
        {
            long newest = end - Math.Max(priming, crossFade);
            int length = Math.Min(count, crossFade);
            for (int i = 0; i < length; i++)
            {
                float share = (i + 1f) / (length + 1);
                into[start + i] = ring[(int)(read + i) & mask] * (1 - share) + ring[(int)(newest + i) & mask] * share;
            }
            Volatile.Write(ref skipped, skipped + newest - read);
            Volatile.Write(ref read, newest + length);
            return length;
        }

        int Copy(float[] into, int start, int count, long end)
        {
            int length = (int)Math.Min(count, end - read);
            for (int i = 0; i < length; i++) into[start + i] = ring[(int)(read + i) & mask];
            Volatile.Write(ref read, read + length);
            if (length == count) return length;
            int fall = Math.Min(length, FadeFrames);
            for (int i = 1; i <= fall; i++) into[start + length - i] *= i / (fall + 1f);
            isPrimed = false;
            if (Volatile.Read(ref completeTo) != end) Volatile.Write(ref underruns, underruns + 1);
            return length;
        }
    }
}
