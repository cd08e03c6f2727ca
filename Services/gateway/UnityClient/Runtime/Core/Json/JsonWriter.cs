using System;
using System.Globalization;
using System.Text;

namespace BatVRTrainer
{
    /// <summary>Writes JSON as UTF-8 into a buffer that is used again: nothing is allocated once it is large
    /// enough.</summary>
    /// <remarks>Numbers are written alike in every culture, and an absent value is left out, never written as
    /// null.</remarks>
    public sealed class JsonWriter
    {
        byte[] buffer;

        public JsonWriter(int capacity = 256) { buffer = new byte[Math.Max(capacity, 16)]; }

        /// <summary>What was written; its first `Count` bytes count. The next `Clear` begins to overwrite it.</summary>
        public byte[] Bytes { get { return buffer; } }

        public int Count { get; private set; }

        public JsonWriter Clear()
        {
            Count = 0;
            return this;
        }

        public JsonWriter Begin()
        {
            Separate();
            Put('{');
            return this;
        }

        public JsonWriter End()
        {
            Put('}');
            return this;
        }

        public JsonWriter BeginList()
        {
            Separate();
            Put('[');
            return this;
        }

        public JsonWriter EndList()
        {
            Put(']');
            return this;
        }

        public JsonWriter Key(string key)
        {
            Text(key);
            Put(':');
            return this;
        }

        public JsonWriter Pair(string key, string value) { return Key(key).Text(value); }

        public JsonWriter Pair(string key, long value) { return Key(key).Whole(value); }

        public JsonWriter Pair(string key, double value) { return Key(key).Number(value); }

        public JsonWriter Pair(string key, bool value) { return Key(key).Flag(value); }

        public JsonWriter Flag(bool value)
        {
            Separate();
            PutAscii(value ? "true" : "false");
            return this;
        }

        public JsonWriter Whole(long value)
        {
            Separate();
            PutWhole(value);
            return this;
        }

        /// <summary>Up to a trillion with three decimals. What is no number is 0.</summary>
        public JsonWriter Number(double value)
        {
            Separate();
            if (double.IsNaN(value) || double.IsInfinity(value)) value = 0;
            if (Math.Abs(value) >= 1e12)
            {
                PutAscii(value.ToString("R", CultureInfo.InvariantCulture));
                return this;
            }
            long thousandths = (long)Math.Round(value * 1000);
            if (thousandths < 0) Put('-');
            thousandths = Math.Abs(thousandths);
            PutWhole(thousandths / 1000);
            int rest = (int)(thousandths % 1000);
            if (rest == 0) return this;
            Put('.');
            for (int unit = 100; rest > 0; unit /= 10)
            {
                Put((char)('0' + rest / unit));
                rest %= unit;
            }
            return this;
        }

        public JsonWriter Text(string text)
        {
            Separate();
            Put('"');
            for (int i = 0; text != null && i < text.Length; i++)
            {
                char character = text[i];
                if (char.IsHighSurrogate(character) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                {
                    PutScalar(char.ConvertToUtf32(character, text[++i]));
                }
                else
                {
                    PutCharacter(character);
                }
            }
            Put('"');
            return this;
        }

        /// <summary>JSON that is valid already.</summary>
        public JsonWriter Raw(string json)
        {
            Separate();
            for (int i = 0; i < json.Length; i++)
            {
                bool isPair = char.IsHighSurrogate(json[i]) && i + 1 < json.Length && char.IsLowSurrogate(json[i + 1]);
                PutScalar(isPair ? char.ConvertToUtf32(json[i], json[++i]) : Alone(json[i]));
            }
            return this;
        }

        public JsonWriter Value(JsonValue value)
        {
            switch (value.Is)
            {
                case JsonValue.Kind.Flag: return Flag(value.Flag);
                case JsonValue.Kind.Text: return Text(value.Text);
                case JsonValue.Kind.Number:
                    Separate();
                    PutAscii(value.Number.ToString("R", CultureInfo.InvariantCulture));
                    return this;
                case JsonValue.Kind.List:
                    BeginList();
                    foreach (var item in value.Items) Value(item);
                    return EndList();
                case JsonValue.Kind.Object:
                    Begin();
                    for (int i = 0; i < value.Keys.Count; i++) Key(value.Keys[i]).Value(value.Items[i]);
                    return End();
                default:
                    Separate();
                    PutAscii("null");
                    return this;
            }
        }

        public override string ToString() { return Encoding.UTF8.GetString(buffer, 0, Count); }

        /// <summary>A comma, unless this is the first value here.</summary>
        void Separate()
        {
            if (Count == 0) return;
            byte last = buffer[Count - 1];
            if (last != '{' && last != '[' && last != ':') Put(',');
        }

        void PutCharacter(char character)
        {
            if (character == '"' || character == '\\')
            {
                Put('\\');
                Put(character);
            }
            else if (character < ' ')
            {
                PutAscii("\\u00");
                Put(character < 16 ? '0' : '1');
                Put("0123456789abcdef"[character & 15]);
            }
            else
            {
                PutScalar(Alone(character));
            }
        }

        /// <summary>Half a surrogate pair is no character.</summary>
        static int Alone(char character) { return char.IsSurrogate(character) ? 0xFFFD : character; }

        void PutScalar(int scalar)
        {
            if (scalar < 0x80)
            {
                Put((char)scalar);
                return;
            }
            Reserve(4);
            int length = scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4;
            int lead = length == 2 ? 0xC0 : length == 3 ? 0xE0 : 0xF0;
            buffer[Count] = (byte)(lead | scalar >> 6 * (length - 1));
            for (int i = 1; i < length; i++) buffer[Count + i] = (byte)(0x80 | scalar >> 6 * (length - 1 - i) & 0x3F);
            Count += length;
        }

        void PutWhole(long value)
        {
            Reserve(20);
            // Negative numbers reach one further than positive ones.
            if (value < 0) buffer[Count++] = (byte)'-';
            int start = Count;
            do
            {
                long digit = value % 10;
                buffer[Count++] = (byte)('0' + (digit < 0 ? -digit : digit));
                value /= 10;
            }
            while (value != 0);
            Array.Reverse(buffer, start, Count - start);
        }

        void PutAscii(string text)
        {
            for (int i = 0; i < text.Length; i++) Put(text[i]);
        }

        void Put(char character)
        {
            Reserve(1);
            buffer[Count++] = (byte)character;
        }

        void Reserve(int bytes)
        {
            if (buffer.Length - Count >= bytes) return;
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, Count + bytes));
        }
    }
}
