using System.Linq;
using NUnit.Framework;

namespace BatVRTrainer.Tests
{
    [TestFixture]
    public class TranscriptLinesTests
    {
        static Transcript Line(string id, double start, string text)
        {
            return new Transcript { UtteranceId = id, StartTime = start, Text = text };
        }

        [Test]
        public void Lines_are_sorted_by_time_and_replaced_by_id()
        {
            var lines = new TranscriptLines();
            lines.Take(Line("u1", 1, "a"));
            lines.Take(Line("u3", 9, "c, and more"));
            lines.Take(Line("u2", 5, "b"));
            lines.Take(Line("u3", 9, "c"));
            Assert.AreEqual(new[] { "a", "b", "c" }, lines.All.Select(line => line.Text).ToArray());
        }
    }
}
