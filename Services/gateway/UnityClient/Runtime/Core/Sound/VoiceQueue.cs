using System;
using System.Collections.Generic;

namespace BatVRTrainer
{
    /// <summary>The customer's audio that waits to be played. It comes several times faster than it plays; all of it is
    /// kept.</summary>
    /// <remarks>PCM16 bytes in pieces that are used again. Safe between threads.</remarks>
    public sealed class VoiceQueue
    {
        const int PieceLength = 100 * SoundFormat.BytesPerMs;
        /// <summary>Ten minutes.</summary>
        const int MostBytes = 600 * 1000 * SoundFormat.BytesPerMs;
        /// <summary>Offsets are rounded to milliseconds.</summary>
        const int Tolerance = 2 * SoundFormat.BytesPerMs;
        const int MostSpare = 64;

        readonly object gate = new object();
        readonly Stack<byte[]> spare = new Stack<byte[]>();
        Piece[] pieces = new Piece[64];
        int first;
        int count;
        int bytes;
        string endItem;
        long endOffset;

        struct Piece
        {
            public string ItemId;
            /// <summary>Where in the item its first byte belongs.</summary>
            public long Offset;
            public byte[] Bytes;
            public int Filled;
            public int Read;
        }

        /// <summary>Milliseconds that wait.</summary>
        public int Milliseconds { get { lock (gate) return bytes / SoundFormat.BytesPerMs; } }

        /// <summary>False when there was no room. What came before, as after a lost connection, is left out.</summary>
        /// <param name="offset">Bytes of the item before the first one here.</param>
        public bool Add(string itemId, long offset, byte[] from, int start, int length)
        {
            lock (gate)
            {
                if (itemId == endItem)
                {
                    long doubled = endOffset - offset;
                    if (Math.Abs(doubled) > Tolerance && doubled > 0)
                    {
                        int leftOut = (int)Math.Min(doubled, length);
                        start += leftOut;
                        length -= leftOut;
                        offset += leftOut;
                    }
                    else if (Math.Abs(doubled) <= Tolerance)
                    {
                        offset = endOffset;
                    }
                }
                if (length <= 0) return true;
                if (bytes + length > MostBytes) return false;
                if (itemId != endItem || offset != endOffset) DropHalfSample();
                endItem = itemId;
                endOffset = offset + length;
                bytes += length;
                Append(itemId, offset, from, start, length);
                return true;
            }
        }

        /// <summary>Samples of one item that follow each other, and where they begin in it. 0 when none wait.</summary>
        public int Take(float[] into, int most, out string itemId, out long offset)
        {
            lock (gate)
            {
                itemId = null;
                offset = 0;
                int taken = 0;
                while (count > 0 && taken < most)
                {
                    var piece = pieces[first];
                    long at = piece.Offset + piece.Read;
                    if (taken > 0 && (piece.ItemId != itemId || at != offset + taken * 2)) return taken;
                    int samples = Math.Min(most - taken, (piece.Filled - piece.Read) / 2);
                    if (taken == 0)
                    {
                        itemId = piece.ItemId;
                        offset = at;
                    }
                    for (int i = 0; i < samples; i++, piece.Read += 2)
                    {
                        into[taken++] = (short)(piece.Bytes[piece.Read] | piece.Bytes[piece.Read + 1] << 8) / 32768f;
                    }
                    bytes -= samples * 2;
                    pieces[first] = piece;
                    // Half a sample waits for its other half.
                    if (piece.Filled - piece.Read == 1 && count == 1) return taken;
                    if (piece.Filled - piece.Read < 2) DropFirst();
                }
                return taken;
            }
        }

        public void Clear()
        {
            lock (gate)
            {
                while (count > 0) DropFirst();
                bytes = 0;
                endItem = null;
                endOffset = 0;
            }
        }

        void Append(string itemId, long offset, byte[] from, int start, int length)
        {
            while (length > 0)
            {
                int last = (first + count - 1) & (pieces.Length - 1);
                bool follows = count > 0 && pieces[last].ItemId == itemId
                    && pieces[last].Offset + pieces[last].Filled == offset && pieces[last].Filled < PieceLength;
                if (!follows) last = AddPiece(itemId, offset);
                int part = Math.Min(length, PieceLength - pieces[last].Filled);
                Buffer.BlockCopy(from, start, pieces[last].Bytes, pieces[last].Filled, part);
                pieces[last].Filled += part;
                start += part;
                offset += part;
                length -= part;
            }
        }

        int AddPiece(string itemId, long offset)
        {
            if (count == pieces.Length)
            {
                var larger = new Piece[pieces.Length * 2];
                for (int i = 0; i < count; i++) larger[i] = pieces[(first + i) & (pieces.Length - 1)];
                pieces = larger;
                first = 0;
            }
            int at = (first + count++) & (pieces.Length - 1);
            var room = spare.Count > 0 ? spare.Pop() : new byte[PieceLength];
            pieces[at] = new Piece { ItemId = itemId, Offset = offset, Bytes = room };
            return at;
        }

        void DropFirst()
        {
            bytes -= pieces[first].Filled - pieces[first].Read;
            if (spare.Count < MostSpare) spare.Push(pieces[first].Bytes);
            pieces[first] = default(Piece);
            first = (first + 1) & (pieces.Length - 1);
            count--;
        }

        /// <summary>What follows does not continue it.</summary>
        void DropHalfSample()
        {
            if (count == 0) return;
            int last = (first + count - 1) & (pieces.Length - 1);
            if ((pieces[last].Filled - pieces[last].Read) % 2 == 0) return;
            pieces[last].Filled--;
            bytes--;
        }
    }
}
