using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace BatVRTrainer
{
    /// <summary>Reads JSON from UTF-8. By hand, because reflection loses what IL2CPP strips.</summary>
    public struct JsonReader
    {
        const int DeepestLevel = 64;

        static readonly UTF8Encoding Utf8 = new UTF8Encoding(false, false);

        readonly byte[] bytes;
        readonly int end;
        int at;

        JsonReader(byte[] bytes, int start, int count)
        {
            this.bytes = bytes;
            at = start;
            end = start + count;
        }

        public static bool TryRead(string text, out JsonValue value)
        {
            var bytes = Utf8.GetBytes(text ?? "");
            return TryRead(bytes, 0, bytes.Length, out value);
        }

        /// <summary>False when this is not exactly one JSON value. A byte order mark before it is skipped.</summary>
        public static bool TryRead(byte[] bytes, int start, int count, out JsonValue value)
        {
            if (count >= 3 && bytes[start] == 0xEF && bytes[start + 1] == 0xBB && bytes[start + 2] == 0xBF)
            {
                start += 3;
                count -= 3;
            }
            var reader = new JsonReader(bytes, start, count);
            value = reader.ReadValue(0);
            reader.SkipBlanks();
            if (value != null && reader.at == reader.end) return true;
            value = JsonValue.Absent;
            return false;
        }

        int Peek { get { return at < end ? bytes[at] : -1; } }

        void SkipBlanks()
        {
            while (at < end && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\r' || bytes[at] == '\n')) at++;
        }

        bool Take(char wanted)
        {
            SkipBlanks();
            if (Peek != wanted) return false;
            at++;
            return true;
        }

        /// <summary>Null when there is none.</summary>
        JsonValue ReadValue(int level)
        {
            if (level > DeepestLevel) return null;
            SkipBlanks();
            switch (Peek)
            {
                case '{': return ReadObject(level);
                case '[': return ReadList(level);
                case '"':
                    var text = ReadText();
                    return text == null ? null : JsonValue.Of(text);
                case 't': return Word("true") ? JsonValue.Of(true) : null;
                case 'f': return Word("false") ? JsonValue.Of(false) : null;
                case 'n': return Word("null") ? JsonValue.Absent : null;
                default: return ReadNumber();
            }
        }

        bool Word(string word)
        {
            if (end - at < word.Length) return false;
            for (int i = 0; i < word.Length; i++) if (bytes[at + i] != word[i]) return false;
            at += word.Length;
            return true;
        }

        JsonValue ReadObject(int level)
        {
            at++;
            var keys = new List<string>();
            var values = new List<JsonValue>();
            if (Take('}')) return JsonValue.Of(keys, values);
            do
            {
                SkipBlanks();
                if (Peek != '"') return null;
                var key = ReadText();
                if (key == null || !Take(':')) return null;
                var value = ReadValue(level + 1);
                if (value == null) return null;
                keys.Add(key);
                values.Add(value);
            }
            while (Take(','));
            return Take('}') ? JsonValue.Of(keys, values) : null;
        }

        JsonValue ReadList(int level)
        {
            at++;
            var values = new List<JsonValue>();
            if (Take(']')) return JsonValue.Of(values);
            do
            {
                var value = ReadValue(level + 1);
                if (value == null) return null;
                values.Add(value);
            }
            while (Take(','));
            return Take(']') ? JsonValue.Of(values) : null;
        }

        JsonValue ReadNumber()
        {
            int start = at;
            while (at < end && IsOfNumber(bytes[at])) at++;
            if (at == start || at - start > 64) return null;
            double number;
            var text = Encoding.ASCII.GetString(bytes, start, at - start);
            const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint
                | NumberStyles.AllowExponent;
            if (!double.TryParse(text, Style, CultureInfo.InvariantCulture, out number)) return null;
            return double.IsNaN(number) || double.IsInfinity(number) ? null : JsonValue.Of(number);
        }

        static bool IsOfNumber(byte character)
        {
            return character >= '0' && character <= '9' || character == '-' || character == '+' || character == '.'
                || character == 'e' || character == 'E';
        }

        string ReadText()
        {
            at++;
            int start = at;
            while (at < end && bytes[at] != '"' && bytes[at] != '\\' && bytes[at] >= ' ') at++;
            if (Peek == '"') return Utf8.GetString(bytes, start, at++ - start);
            var text = new StringBuilder();
            while (true)
            {
                text.Append(Utf8.GetString(bytes, start, at - start));
                int next = Peek;
                at++;
                if (next == '"') return text.ToString();
                if (next != '\\' || !ReadEscape(text)) return null;
                start = at;
                while (at < end && bytes[at] != '"' && bytes[at] != '\\' && bytes[at] >= ' ') at++;
            }
        }

        bool ReadEscape(StringBuilder text)
        {
            int escape = Peek;
            at++;
            switch (escape)
            {
                case '"': case '\\': case '/': text.Append((char)escape); return true;
                case 'b': text.Append('\b'); return true;
                case 'f': text.Append('\f'); return true;
                case 'n': text.Append('\n'); return true;
                case 'r': text.Append('\r'); return true;
                case 't': text.Append('\t'); return true;
                case 'u': return ReadCodeUnit(text);
                default: return false;
            }
        }

        bool ReadCodeUnit(StringBuilder text)
        {
            if (end - at < 4) return false;
            int unit = 0;
            for (int i = 0; i < 4; i++)
            {
                int digit = HexDigit(bytes[at++]);
                if (digit < 0) return false;
                unit = unit * 16 + digit;
            }
            text.Append((char)unit);
            return true;
        }

        static int HexDigit(byte character)
        {
            if (character >= '0' && character <= '9') return character - '0';
            int letter = character | 0x20;
            return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
        }
    }
}
