using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace BatVRTrainer.Tests
{
    [TestFixture]
    public class SessionTests
    {
        long now;
        double random;
        List<FakeTransport> transports;
        Heard heard;
        Session session;

        FakeTransport Line { get { return transports[transports.Count - 1]; } }

        [SetUp]
        public void Begin()
        {
            now = 1000;
            random = 1;
            transports = new List<FakeTransport>();
            heard = new Heard();
            session = new Session(
                new SessionOptions
                {
                    WsUrl = "ws://127.0.0.1:3001/ws/sessions/BAT-001?token=secret", SessionId = "BAT-001",
                    NewTransport = () =>
                    {
                        transports.Add(new FakeTransport());
                        return Line;
                    },
                    Now = () => now, Random = () => random,
                },
                heard);
            session.Connect();
        }

        void After(long milliseconds)
        {
            now += milliseconds;
            session.Tick();
        }

        string Sent(string type) { return Line.Sent.LastOrDefault(json => json.Contains("\"type\":\"" + type + "\"")); }

        [Test]
        public void The_token_stands_in_no_address()
        {
            Assert.AreEqual("secret", Line.Token);
            Assert.AreEqual("ws://127.0.0.1:3001/ws/sessions/BAT-001?audio=binary&reject=close&moved=1", Line.Url);
        }

        [Test]
        public void Audio_before_ready_is_dropped_and_text_is_refused()
        {
            Assert.IsFalse(session.SendAudio(new short[480], 480));
            Assert.IsFalse(session.SendText("Hello"));
            Line.Ready();
            Assert.IsTrue(session.SendAudio(new short[480], 480));
            Assert.IsTrue(session.SendText("Hello"));
            Assert.AreEqual(new[] { "audio 961", "{\"type\":\"text\",\"text\":\"Hello\"}" }, Line.Sent.ToArray());
        }

        [Test]
        public void A_new_session_does_not_resume()
        {
            Line.Ready();
            Assert.IsNull(Sent("resume"));
            Assert.AreEqual(SessionState.Ready, session.State);
        }

        [Test]
        public void A_restarted_app_asks_for_the_whole_history()
        {
            Line.Ready(57);
            Assert.AreEqual("{\"type\":\"resume\",\"lastSeq\":0}", Line.Sent[0]);
        }

        [Test]
        public void A_lost_connection_resumes_first_and_then_sends_everything_again()
        {
            Line.Ready();
            session.Mute(true);
            session.SendEvent("VR_INTERACTION", "{\"action\":\"PICKUP\"}");
            session.ReportPlayed(new Place("item_9", 840));
            Line.Says("{'type':'transcript','seq':1,'text':'a'}");
            Line.Listener.OnClosed(1006);
            Assert.AreEqual(SessionState.Reconnecting, session.State);
            Assert.AreEqual("lost 1006 1 250", heard.All.Last());
            After(249);
            Assert.AreEqual(1, transports.Count);
            After(1);
            Assert.AreEqual(2, transports.Count);
            session.End();
            Line.Ready(2);
            Assert.AreEqual(
                "{\"type\":\"resume\",\"lastSeq\":1,\"played\":{\"itemId\":\"item_9\",\"offsetMs\":840}}", Line.Sent[0]);
            Assert.AreEqual("{\"type\":\"mute\",\"on\":true}", Line.Sent[1]);
            StringAssert.StartsWith("{\"type\":\"event\"", Line.Sent[2]);
            Assert.AreEqual("{\"type\":\"end_session\"}", Line.Sent[3]);
        }

        [Test]
        public void An_event_keeps_its_id_and_time_until_it_is_acknowledged()
        {
            Line.Ready(0, "active", 12.4);
            var id = session.SendEvent("TABLET_CHOICE", "{ \"question\": \"Q1\" }");
            var first = Sent("event");
            StringAssert.Contains("\"eventId\":\"" + id + "\",\"time\":12.4,\"data\":{\"type\":\"TABLET_CHOICE\",\"data\":{\"question\":\"Q1\"}}", first);
            Line.Listener.OnClosed(1001);
            After(250);
            Line.Ready(0);
            Assert.AreEqual(first, Sent("event"));
            Line.Says("{'type':'ack','eventIds':['" + id + "','unknown']}");
            Assert.AreEqual(1, heard.All.Count(line => line == "stored " + id));
            Assert.AreEqual(0, session.Events.Count);
            Line.Listener.OnClosed(1001);
            After(250);
            Line.Ready(0);
            Assert.IsNull(Sent("event"));
        }

        [Test]
        public void An_event_from_before_ready_has_no_time_and_waits()
        {
            Assert.IsNotNull(session.SendEvent("ERROR", "{}"));
            Line.Ready();
            StringAssert.DoesNotContain("\"time\"", Sent("event"));
            Assert.IsNull(session.SendEvent("ERROR", "[]"));
            Assert.IsNull(session.SendEvent("ERROR", "{"));
        }

        [Test]
        public void A_nack_settles_an_event_unless_it_may_be_sent_again()
        {
            Line.Ready();
            var id = session.SendEvent("ERROR", "{}");
            Line.Says("{'type':'nack','eventIds':['" + id + "'],'code':'not_durable','message':'','retry':true}");
            Line.Sent.Clear();
            After(999);
            Assert.AreEqual(0, Line.Sent.Count);
            After(1);
            Assert.AreEqual(1, Line.Sent.Count);
            Line.Says("{'type':'nack','eventIds':['" + id + "'],'code':'session_ended','message':'','retry':false}");
            Assert.AreEqual(1, session.Events.Count, "it goes over REST");
            Line.Says("{'type':'nack','eventIds':['" + id + "'],'code':'invalid_event','message':'','retry':false}");
            Assert.AreEqual(0, session.Events.Count);
            Assert.AreEqual("refused invalid_event", heard.All.Last());
        }

        [Test]
        public void Nothing_is_told_twice_and_a_gap_is_asked_for_once()
        {
            Line.Ready();
            Line.Says("{'type':'transcript','seq':1,'text':'a'}");
            Line.Says("{'type':'transcript','seq':1,'text':'a'}");
            Line.Says("{'type':'transcript','seq':3,'text':'c'}");
            Assert.AreEqual(1, heard.All.Count(line => line.StartsWith("transcript")));
            After(250);
            Line.Ready(3);
            StringAssert.Contains("\"lastSeq\":1", Sent("resume"));
            Line.Says("{'type':'transcript','seq':3.0,'text':'c'}");
            Assert.AreEqual("transcript 3 c", heard.All.Last(), "the gap is real: the call goes on");
            Assert.AreEqual(2, transports.Count);
        }

        [Test]
        public void Numbers_of_ready_and_resume_failed_are_no_messages_of_their_own()
        {
            Line.Ready();
            Line.Says("{'type':'resume_failed','code':'history_expired','seq':57}");
            Line.Says("{'type':'transcript','seq':58,'text':'a'}");
            Assert.AreEqual(new[] { "resume_failed 57", "transcript 58 a" }, heard.All.Skip(heard.All.Count - 2).ToArray());
        }

        [TestCase(4409, EndReason.Replaced)]
        [TestCase(4410, EndReason.SessionEnded)]
        [TestCase(4401, EndReason.Refused)]
        [TestCase(4403, EndReason.Refused)]
        [TestCase(4404, EndReason.Refused)]
        [TestCase(1000, EndReason.SessionEnded)]
        [TestCase(1002, EndReason.Protocol)]
        [TestCase(1008, EndReason.Protocol)]
        public void Some_closes_are_for_good(int code, EndReason reason)
        {
            Line.Ready();
            Line.Listener.OnClosed(code);
            Assert.AreEqual(reason, session.Reason);
            After(60000);
            Assert.AreEqual(1, transports.Count);
        }

        [TestCase(1001)]
        [TestCase(1006)]
        [TestCase(1011)]
        [TestCase(4408)]
        [TestCase(4429)]
        [TestCase(4503)]
        [TestCase(0)]
        public void Other_closes_are_tried_again(int code)
        {
            Line.Ready();
            Line.Listener.OnClosed(code);
            After(5000);
            Assert.AreEqual(2, transports.Count);
        }

        [TestCase("replaced", EndReason.Replaced)]
        [TestCase("session_ended", EndReason.SessionEnded)]
        [TestCase("invalid_token", EndReason.Refused)]
        [TestCase("restarting", EndReason.None)]
        public void What_was_said_before_a_close_counts_where_its_code_cannot_be_read(string code, EndReason reason)
        {
            Line.Ready();
            Line.Says("{'type':'error','code':'" + code + "','message':'m','fatal':true,'retryAfterMs':700}");
            Line.Listener.OnClosed(1006);
            Assert.AreEqual(reason, session.Reason);
            if (reason == EndReason.None) Assert.AreEqual("lost 1006 1 700", heard.All.Last());
        }

        [Test]
        public void A_server_that_goes_away_says_when_to_come_back()
        {
            Line.Ready();
            random = 0;
            Line.Says("{'type':'going_away','reason':'restart','retryAfterMs':500}");
            Line.Listener.OnClosed(1001);
            After(499);
            Assert.AreEqual(1, transports.Count);
            After(1);
            Assert.AreEqual(2, transports.Count);
        }

        [Test]
        public void A_moved_session_is_followed_at_once()
        {
            Line.Says("{'type':'moved','wsUrl':'wss://other.example/ws/sessions/BAT-001?token=second'}");
            Line.Listener.OnClosed(1001);
            After(0);
            Assert.AreEqual("wss://other.example/ws/sessions/BAT-001?audio=binary&reject=close&moved=1", Line.Url);
            Assert.AreEqual("second", Line.Token);
        }

        [Test]
        public void Cells_that_send_each_other_a_session_are_not_followed_for_ever()
        {
            for (int i = 0; i < 8; i++)
            {
                Line.Says("{'type':'moved','wsUrl':'ws://b/ws?token=t'}");
                Line.Listener.OnClosed(1001);
                After(0);
            }
            Assert.AreEqual(6, transports.Count);
        }

        [Test]
        public void It_gives_up_after_the_resume_window()
        {
            Line.Ready();
            for (int i = 0; i < 100 && session.State != SessionState.Closed; i++)
            {
                Line.Listener.OnClosed(1006);
                After(5000);
            }
            Assert.AreEqual(EndReason.ResumeWindow, session.Reason);
            Assert.IsTrue(now >= 55000 && now <= 66000, now.ToString());
        }

        [Test]
        public void A_server_that_was_never_there_is_unreachable()
        {
            for (int i = 0; i < 100 && session.State != SessionState.Closed; i++)
            {
                Line.Listener.OnClosed(1006);
                After(5000);
            }
            Assert.AreEqual(EndReason.Unreachable, session.Reason);
        }

        [Test]
        public void A_connection_that_never_opens_is_let_go()
        {
            After(10000);
            Assert.IsTrue(transports[0].IsAborted);
            After(250);
            Assert.AreEqual(2, transports.Count);
        }

        [Test]
        public void A_silent_connection_is_asked_and_then_let_go()
        {
            Line.Ready();
            After(15000);
            Assert.IsNotNull(Sent("ping"));
            Line.Says("{'type':'pong','t':1}");
            After(9999);
            Assert.AreEqual(SessionState.Ready, session.State);
            After(5001);
            After(10000);
            Assert.AreEqual(SessionState.Reconnecting, session.State);
        }

        [Test]
        public void What_an_old_connection_says_is_not_heard()
        {
            var old = Line;
            Line.Ready();
            Line.Listener.OnClosed(1006);
            After(250);
            old.Says("{'type':'transcript','seq':1,'text':'late'}");
            old.Listener.OnClosed(4409);
            Assert.AreEqual(SessionState.Reconnecting, session.State);
            Assert.IsFalse(heard.All.Any(line => line.StartsWith("transcript")));
        }

        [Test]
        public void A_paused_app_keeps_its_token_and_resumes()
        {
            Line.Ready();
            session.Pause();
            Assert.IsTrue(Line.IsClosed);
            After(600000);
            Assert.AreEqual(1, transports.Count, "nothing is tried meanwhile");
            session.Unpause();
            Assert.AreEqual(2, transports.Count);
            Line.Ready(3, "active", 81.4);
            Assert.IsNotNull(Sent("resume"));
            Assert.AreEqual(81.4, session.Time, 0.001);
            now += 600;
            Assert.AreEqual(82.0, session.Time, 0.001);
        }

        [Test]
        public void Frames_of_audio_know_their_item_and_offset()
        {
            Line.Ready();
            Line.Says("{'type':'audio_item','itemId':'item_9','offsetMs':10}");
            Line.Plays(1, 0, 0, 0);
            Line.Plays(1, 0, 0);
            Line.Plays(7, 0, 0);
            Line.Plays();
            Line.Says("{'type':'audio_clear','itemId':'item_9','heardMs':3}");
            Assert.AreEqual(
                new[] { "audio item_9 480 3", "audio item_9 483 2", "clear item_9 3" },
                heard.All.Skip(heard.All.Count - 3).ToArray());
        }

        [Test]
        public void A_line_that_is_too_slow_drops_audio_and_says_so_once()
        {
            Line.Ready();
            Line.QueuedBytes = 600000;
            Assert.IsFalse(session.SendAudio(new short[480], 480));
            Assert.IsFalse(session.SendAudio(new short[480], 480));
            Line.QueuedBytes = 0;
            Assert.IsTrue(session.SendAudio(new short[480], 480));
            Assert.AreEqual(
                new[] { "congestion True", "congestion False" },
                heard.All.Where(line => line.StartsWith("congestion")).ToArray());
        }

        [Test]
        public void After_the_end_come_score_and_close()
        {
            Line.Ready();
            Line.Says("{'type':'session_ended','seq':1,'outcome':'converted','endTrigger':'client'}");
            Assert.IsFalse(session.SendAudio(new short[480], 480));
            Line.Says("{'type':'score','seq':2,'revision':1,'verdict':'passed','data':{'overall':78}}");
            Line.Listener.OnClosed(1000);
            Assert.AreEqual(
                new[] { "state Ended", "score 78", "state Closed", "closed SessionEnded 1000 " },
                heard.All.Skip(heard.All.Count - 4).ToArray());
        }

        [Test]
        public void A_connection_lost_between_end_and_score_is_resumed()
        {
            Line.Ready();
            Line.Says("{'type':'session_ended','seq':1,'outcome':'converted','endTrigger':'client'}");
            Line.Listener.OnClosed(1006);
            Assert.AreEqual(SessionState.Ended, session.State);
            After(250);
            Line.Ready(2, "ended");
            Assert.IsNotNull(Sent("resume"));
            Assert.AreEqual(SessionState.Ended, session.State);
        }

        [Test]
        public void Nonsense_is_ignored()
        {
            Line.Ready();
            foreach (var json in new[]
                { "", "null", "[]", "{", "{'type':1}", "{'type':'new_thing'}", "{'type':'ack'}", "{'type':'ack','eventIds':7}",
                  "{'type':'transcript','seq':'x'}", "{'type':'ready'}" }) Line.Says(json);
            Assert.AreEqual(SessionState.Ready, session.State);
        }

        [Test]
        public void A_full_queue_is_a_lost_connection()
        {
            Line.Ready();
            Line.IsFull = true;
            Assert.IsFalse(session.SendText("Hello"));
            Assert.AreEqual(SessionState.Reconnecting, session.State);
        }

        [Test]
        public void A_session_without_a_token_is_refused_at_once()
        {
            var told = new Heard();
            var other = new Session(new SessionOptions { WsUrl = "ws://a/ws" }, told);
            other.Connect();
            Assert.AreEqual("closed Refused 0 invalid_token", told.All.Last());
        }

        [TestCase("")]
        [TestCase(null)]
        public void An_empty_line_is_not_sent(string text)
        {
            Line.Ready();
            Assert.IsFalse(session.SendText(text));
            Assert.IsFalse(session.SendText(new string('a', 4001)));
            Assert.IsFalse(session.SendText(new string('\u20AC', 4000).Substring(0, 4000) + "a"));
        }
    }
}
