using System.Collections.Generic;

namespace BatVRTrainer
{
    /// <summary>A JSON value that was read. What is absent, or of another kind than asked for, gives the
    /// default.</summary>
    public sealed class JsonValue
    {
        public enum Kind { Null, Flag, Number, Text, List, Object }

        /// <summary>What an absent key gives.</summary>
        public static readonly JsonValue Absent = new JsonValue(Kind.Null);

        static readonly JsonValue[] Nothing = new JsonValue[0];

        readonly double number;
        readonly string text;
        readonly List<JsonValue> items;
        readonly List<string> keys;

        JsonValue(Kind kind, double number = 0, string text = null, List<JsonValue> items = null, List<string> keys = null)
        {
            Is = kind;
            this.number = number;
            this.text = text;
            this.items = items;
            this.keys = keys;
        }

        public Kind Is { get; }

        public bool IsPresent { get { return Is != Kind.Null; } }

        internal static JsonValue Of(bool flag) { return new JsonValue(Kind.Flag, flag ? 1 : 0); }

        internal static JsonValue Of(double number) { return new JsonValue(Kind.Number, number); }

        internal static JsonValue Of(string text) { return new JsonValue(Kind.Text, 0, text); }

        internal static JsonValue Of(List<JsonValue> items) { return new JsonValue(Kind.List, 0, null, items); }

        internal static JsonValue Of(List<string> keys, List<JsonValue> values)
        {
            return new JsonValue(Kind.Object, 0, null, values, keys);
        }

        /// <summary>The last value under this key.</summary>
        public JsonValue this[string key]
        {
            get
            {
                if (Is != Kind.Object) return Absent;
                int at = keys.LastIndexOf(key);
                return at < 0 ? Absent : items[at];
            }
        }

        /// <summary>Of a list its values, of an object the values of its keys, in order.</summary>
        public IReadOnlyList<JsonValue> Items { get { return items ?? (IReadOnlyList<JsonValue>)Nothing; } }

        /// <summary>Of an object, in order.</summary>
        public IReadOnlyList<string> Keys { get { return keys ?? (IReadOnlyList<string>)new string[0]; } }

        public string Text { get { return text ?? ""; } }

        public double Number { get { return Is == Kind.Number ? number : 0; } }

        public bool Flag { get { return Is == Kind.Flag && number > 0; } }

        public string TextOf(string key, string otherwise = "")
        {
            var value = this[key];
            return value.Is == Kind.Text ? value.text : otherwise;
        }

        public double NumberOf(string key, double otherwise = 0)
        {
            var value = this[key];
            return value.Is == Kind.Number ? value.number : otherwise;
        }

        /// <summary>Rounded: every number may come with a fraction.</summary>
        public long WholeOf(string key, long otherwise = 0)
        {
            var value = this[key];
            // 2^53: beyond it a double skips whole numbers.
            if (value.Is != Kind.Number || System.Math.Abs(value.number) > 9007199254740992.0) return otherwise;
            return (long)System.Math.Round(value.number);
        }

        public bool FlagOf(string key) { return this[key].Flag; }

        public string[] TextsOf(string key)
        {
            var list = this[key].Items;
            var texts = new List<string>(list.Count);
            foreach (var item in list) if (item.Is == Kind.Text) texts.Add(item.text);
            return texts.ToArray();
        }

        public override string ToString()
        {
            var writer = new JsonWriter();
            writer.Value(this);
            return writer.ToString();
        }
    }
}
