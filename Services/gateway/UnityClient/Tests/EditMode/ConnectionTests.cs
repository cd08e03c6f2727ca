using NUnit.Framework;

namespace BatVRTrainer.Tests
{
    [TestFixture]
    public class ConnectionTests
    {
        [Test]
        public void Attempts_double_up_to_five_seconds_and_end_in_time()
        {
            var reconnection = new Reconnection(0, 60000, () => 1);
            Assert.AreEqual(
                new long[] { 250, 500, 1000, 2000, 4000, 5000, 5000 },
                new[]
                {
                    reconnection.Next(0, 0), reconnection.Next(0, 0), reconnection.Next(0, 0), reconnection.Next(0, 0),
                    reconnection.Next(0, 0), reconnection.Next(0, 0), reconnection.Next(55000, 0),
                });
            Assert.AreEqual(-1, reconnection.Next(55001, 0));
            Assert.AreEqual(-1, new Reconnection(0, 60000, () => 0).Next(0, 60001));
            Assert.AreEqual(0, new Reconnection(0, 60000, () => 0).Next(60000, 0));
        }

        [TestCase("wss://a.example:8443/c/b/ws/sessions/BAT-001?token=x%2By&audio=binary", "x+y",
            "wss://a.example:8443/c/b/ws/sessions/BAT-001?audio=binary&reject=close&moved=1")]
        [TestCase("ws://[::1]:3001/ws", "", "ws://[::1]:3001/ws?audio=binary&reject=close&moved=1")]
        public void An_address_is_freed_of_its_token(string wsUrl, string token, string url)
        {
            SessionAddress address;
            Assert.IsTrue(SessionAddress.TryRead(wsUrl, out address));
            Assert.AreEqual(token, address.Token);
            Assert.AreEqual(url, address.Url);
        }

        [TestCase(null)]
        [TestCase("")]
        [TestCase("/ws/sessions/BAT-001")]
        [TestCase("http://a.example/")]
        public void What_is_no_address_is_refused(string wsUrl)
        {
            SessionAddress address;
            Assert.IsFalse(SessionAddress.TryRead(wsUrl, out address));
        }

        [Test]
        public void A_request_for_a_session_leaves_out_what_is_absent()
        {
            var writer = new JsonWriter();
            new NewSession { ScenarioId = "s", TraineeId = "REP_55", MetadataJson = "{\"store\":\"Brno\"}" }.Write(writer);
            Assert.AreEqual(
                "{\"scenarioId\":\"s\",\"traineeId\":\"REP_55\",\"client\":\"unity\",\"metadata\":{\"store\":\"Brno\"}}",
                writer.ToString());
        }
    }
}
