using System.Globalization;
using System.Text;
using System.Threading;
using NUnit.Framework;

namespace BatVRTrainer.Tests
{
    [TestFixture]
    public class JsonTests
    {
        static JsonValue Read(string json)
        {
            JsonValue value;
            Assert.IsTrue(JsonReader.TryRead(json, out value), json);
            return value;
        }

        [Test]
        public void Values_are_read_by_key()
        {
            var json = Read(" {\"a\": \"x\", \"n\": -1.5e1, \"t\": true, \"list\": [\"p\", 1, \"q\"], \"o\": {\"deep\": 2.6}, \"z\": null} ");
            Assert.AreEqual("x", json.TextOf("a"));
            Assert.AreEqual(-15, json.NumberOf("n"), 0);
            Assert.IsTrue(json.FlagOf("t"));
            Assert.AreEqual(new[] { "p", "q" }, json.TextsOf("list"));
            Assert.AreEqual(3, json["o"].WholeOf("deep"));
            Assert.IsFalse(json["z"].IsPresent);
            Assert.AreEqual("none", json.TextOf("n", "none"));
            Assert.AreEqual(7, json["nothing"]["here"].WholeOf("at all", 7));
        }

        [TestCase("\"\\u00e9\\n\\\"\\\\\\/\"", "\u00e9\n\"\\/")]
        [TestCase("\"\\ud83d\\ude00\"", "\U0001F600")]
        [TestCase("\"\u0159e\u010d \U0001F600\"", "\u0159e\u010d \U0001F600")]
        public void Texts_are_unescaped(string json, string text) { Assert.AreEqual(text, Read(json).Text); }

        [TestCase("")]
        [TestCase("{")]
        [TestCase("{\"a\"}")]
        [TestCase("[1,]")]
        [TestCase("\"\\x\"")]
        [TestCase("\"\\u12\"")]
        [TestCase("\"a")]
        [TestCase("\"a\nb\"")]
        [TestCase("1 2")]
        [TestCase("1,5")]
        [TestCase("1e999")]
        [TestCase("nul")]
        [TestCase("--1")]
        public void What_is_no_JSON_is_refused(string json)
        {
            JsonValue value;
            Assert.IsFalse(JsonReader.TryRead(json, out value));
            Assert.IsFalse(value.IsPresent);
        }

        [Test]
        public void Depth_is_bounded()
        {
            JsonValue value;
            Assert.IsFalse(JsonReader.TryRead(new string('[', 100000), out value));
            Assert.IsTrue(JsonReader.TryRead(new string('[', 60) + new string(']', 60), out value));
        }

        [Test]
        public void A_byte_order_mark_is_skipped()
        {
            var bytes = new byte[] { 9, 0xEF, 0xBB, 0xBF, (byte)'7' };
            JsonValue value;
            Assert.IsTrue(JsonReader.TryRead(bytes, 1, 4, out value));
            Assert.AreEqual(7, value.Number, 0);
        }

        [Test]
        public void Every_prefix_and_every_changed_byte_is_survived()
        {
            var bytes = Encoding.UTF8.GetBytes("{\"a\":[1,-2.5e3,\"x\\u00e9\\n\u0159\",true,null],\"b\":{\"c\":\"\"}}");
            JsonValue value;
            for (int length = 0; length < bytes.Length; length++) Assert.IsFalse(JsonReader.TryRead(bytes, 0, length, out value));
            for (int at = 0; at < bytes.Length; at++)
            {
                byte was = bytes[at];
                for (int other = 0; other < 256; other++)
                {
                    bytes[at] = (byte)other;
                    JsonReader.TryRead(bytes, 0, bytes.Length, out value);
                }
                bytes[at] = was;
            }
        }

        [TestCase("cs-CZ")]
        [TestCase("ar-SA")]
        [TestCase("en-US")]
        public void Numbers_are_written_alike_in_every_culture(string name)
        {
            var before = Thread.CurrentThread.CurrentCulture;
            Thread.CurrentThread.CurrentCulture = new CultureInfo(name);
            try
            {
                var written = new JsonWriter().Begin().Pair("a", 840.5).Pair("b", -0.05).Pair("c", 3L).Pair("d", 1e15)
                    .Pair("e", double.NaN).End().ToString();
                Assert.AreEqual("{\"a\":840.5,\"b\":-0.05,\"c\":3,\"d\":1E+15,\"e\":0}", written);
                Assert.AreEqual(840.5, Read(written).NumberOf("a"), 0);
                Assert.AreEqual("1.25", Read("1.25").ToString());
            }
            finally
            {
                Thread.CurrentThread.CurrentCulture = before;
            }
        }

        [Test]
        public void Texts_come_back_as_they_were_written()
        {
            foreach (var text in new[] { "", "a\"b\\c/\u0001\u001f\n", "\u0159\u20AC\U0001F600", new string('x', 1000) })
            {
                Assert.AreEqual(text, Read(new JsonWriter(16).Text(text).ToString()).Text);
            }
            Assert.AreEqual("\"\uFFFD\"", new JsonWriter().Text("\ud83d").ToString());
            Assert.AreEqual("{\"x\":\"\U0001F600\"}", new JsonWriter().Raw("{\"x\":\"\U0001F600\"}").ToString());
            Assert.AreEqual("-9223372036854775808", new JsonWriter().Whole(long.MinValue).ToString());
        }

        [Test]
        public void What_was_read_is_written_again()
        {
            const string Json = "{\"a\":[1,-2.5,\"x\",true,null],\"b\":{}}";
            Assert.AreEqual(Json, Read(Json).ToString());
        }
    }
}
