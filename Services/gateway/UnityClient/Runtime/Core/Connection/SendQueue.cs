using System;

namespace BatVRTrainer
{
    /// <summary>Messages that wait to be sent, in one order for text and binary: text never overtakes audio.</summary>
    /// <remarks>A ring of bytes that grows up to `MostBytes` and is used again. Safe between threads.</remarks>
    public sealed class SendQueue
    {
        public const int MostBytes = 16 << 20;
        const int HeadLength = 5;

        readonly object gate = new object();
        byte[] ring;
        int start;
        int count;

        public SendQueue(int capacity = 64 * 1024) { ring = new byte[Math.Max(capacity, 64)]; }

        public int Bytes { get { lock (gate) return count; } }

        /// <summary>False when there is no room.</summary>
        public bool Add(bool isText, byte[] bytes, int length)
        {
            lock (gate)
            {
                long needed = (long)count + HeadLength + length;
                if (needed > MostBytes) return false;
                if (needed > ring.Length) Grow((int)needed);
                PutByte(isText ? (byte)1 : (byte)2);
                for (int shift = 0; shift < 32; shift += 8) PutByte((byte)(length >> shift));
                int at = (start + count) % ring.Length;
                int first = Math.Min(length, ring.Length - at);
                Buffer.BlockCopy(bytes, 0, ring, at, first);
                Buffer.BlockCopy(bytes, first, ring, 0, length - first);
                count += length;
                return true;
            }
        }

        /// <summary>The oldest message, into a buffer that grows where it has to. False when none waits.</summary>
        public bool Take(ref byte[] into, out int length, out bool isText)
        {
            lock (gate)
            {
                length = 0;
                isText = false;
                if (count == 0) return false;
                isText = TakeByte() == 1;
                for (int shift = 0; shift < 32; shift += 8) length |= TakeByte() << shift;
                if (into.Length < length) into = new byte[Math.Max(length, into.Length * 2)];
                int first = Math.Min(length, ring.Length - start);
                Buffer.BlockCopy(ring, start, into, 0, first);
                Buffer.BlockCopy(ring, 0, into, first, length - first);
                start = (start + length) % ring.Length;
                count -= length;
                return true;
            }
        }

        void PutByte(byte value)
        {
            ring[(start + count) % ring.Length] = value;
            count++;
        }

        byte TakeByte()
        {
            byte value = ring[start];
            start = (start + 1) % ring.Length;
            count--;
            return value;
        }

        void Grow(int needed)
        {
            var larger = new byte[Math.Min(MostBytes, Math.Max(needed, ring.Length * 2))];
            int first = Math.Min(count, ring.Length - start);
            Buffer.BlockCopy(ring, start, larger, 0, first);
            Buffer.BlockCopy(ring, 0, larger, first, count - first);
            ring = larger;
            start = 0;
        }
    }
}
