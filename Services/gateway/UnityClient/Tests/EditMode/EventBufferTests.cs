using System.IO;
using System.Linq;
using NUnit.Framework;

namespace BatVRTrainer.Tests
{
    [TestFixture]
    public class EventBufferTests
    {
        string folder;

        [SetUp]
        public void Begin()
        {
            folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        }

        [TearDown]
        public void End() { if (Directory.Exists(folder)) Directory.Delete(folder, true); }

        static WaitingEvent Event(string id, string data = "{}")
        {
            return new WaitingEvent { EventId = id, Type = "ERROR", Data = data, Time = 1.5, HasTime = true };
        }

        string[] Ids(EventBuffer buffer) { return buffer.Oldest().Select(waiting => waiting.EventId).ToArray(); }

        [Test]
        public void Events_survive_the_app_in_their_order()
        {
            using (var buffer = new EventBuffer(folder, "BAT-001"))
            {
                foreach (var id in new[] { "a", "b", "c" }) Assert.IsTrue(buffer.Add(Event(id, "{\"x\":\"\u0159\"}")));
                buffer.Settle("b");
            }
            Assert.AreEqual(new[] { "BAT-001" }, EventBuffer.LeftBehind(folder).ToArray());
            using (var buffer = new EventBuffer(folder, "BAT-001"))
            {
                Assert.AreEqual(new[] { "a", "c" }, Ids(buffer));
                Assert.AreEqual("{\"x\":\"\u0159\"}", buffer.Oldest()[0].Data);
                Assert.AreEqual(1.5, buffer.Oldest()[0].Time, 0);
                buffer.Settle("a");
                buffer.Settle("c");
            }
            Assert.AreEqual(0, EventBuffer.LeftBehind(folder).Count, "an empty file is removed");
        }

        [Test]
        public void Half_a_line_of_a_killed_app_is_left_out()
        {
            using (var buffer = new EventBuffer(folder, "BAT-001")) buffer.Add(Event("a"));
            File.AppendAllText(Path.Combine(folder, "events-BAT-001.jsonl"), "{\"eventId\":\"b\",\"ty");
            using (var buffer = new EventBuffer(folder, "BAT-001"))
            {
                Assert.AreEqual(new[] { "a" }, Ids(buffer));
                buffer.Add(Event("c"));
            }
            using (var buffer = new EventBuffer(folder, "BAT-001")) Assert.AreEqual(new[] { "a", "c" }, Ids(buffer));
        }

        [Test]
        public void It_is_bounded_in_count_and_bytes()
        {
            var buffer = new EventBuffer(null, "BAT-001");
            for (int i = 0; i < 1000; i++) Assert.IsTrue(buffer.Add(Event("e" + i)));
            Assert.IsFalse(buffer.Add(Event("more")));
            buffer.Settle("e0");
            Assert.IsTrue(buffer.Add(Event("more")));
            var large = new EventBuffer(null, "BAT-001");
            int count = 0;
            while (large.Add(Event("e" + count, "{\"x\":\"" + new string('x', 60000) + "\"}"))) count++;
            Assert.IsTrue(count > 10 && count < 70, count.ToString());
        }

        [Test]
        public void An_id_waits_once()
        {
            var buffer = new EventBuffer(null, "BAT-001");
            Assert.IsTrue(buffer.Add(Event("a")));
            Assert.IsFalse(buffer.Add(Event("a")));
            Assert.IsTrue(buffer.Settle("a"));
            Assert.IsFalse(buffer.Settle("a"));
        }

        [TestCase("../x")]
        [TestCase("")]
        [TestCase("a/b")]
        public void A_strange_session_id_makes_no_file(string id)
        {
            using (var buffer = new EventBuffer(folder, id)) Assert.IsTrue(buffer.Add(Event("a")));
            Assert.IsFalse(Directory.Exists(folder));
        }

        [Test]
        public void A_disk_that_cannot_be_written_costs_the_file_only()
        {
            File.WriteAllText(folder, "a file where the folder should be");
            try
            {
                using (var buffer = new EventBuffer(folder, "BAT-001"))
                {
                    Assert.IsTrue(buffer.Add(Event("a")));
                    Assert.IsNotNull(buffer.FileProblem);
                    Assert.AreEqual(1, buffer.Count);
                }
            }
            finally
            {
                File.Delete(folder);
            }
        }
    }
}
