using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;

namespace BatVRTrainer.Calls
{
    /// <summary>Whole calls of the Unity core with the real gateway. `deploy/test-unity` runs it.</summary>
    /// <remarks>Arguments: the server's origin, a folder, seconds of audio for each rate. A line `kill NAME` on its
    /// output
    /// asks for a kill, a line on its input says that it was done. Ends with 1 when anything was not as it has to
    /// be.</remarks>
    static class Program
    {
        static readonly object Gate = new object();
        static readonly List<string> Faults = new List<string>();
        static string server;
        static string folder;

        static int Main(string[] arguments)
        {
            // The decimal comma must do no harm.
            Thread.CurrentThread.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = new CultureInfo("cs-CZ");
            ThreadPool.SetMinThreads(32, 32);
            server = arguments[0];
            folder = arguments[1];
            int seconds = int.Parse(arguments[2], CultureInfo.InvariantCulture);
            Together(
                () => Echo(16000, seconds), () => Echo(44100, seconds), () => Echo(48000, seconds),
                CutLines, Paused, TakenOver, UploadedLate);
            // A kill hits every call, so these come alone.
            Killed("gateway");
            Killed("relay");
            foreach (var fault in Faults) Console.WriteLine("FAULT " + fault);
            return Faults.Count == 0 ? 0 : 1;
        }

        static void Together(params Action[] parts)
        {
            var threads = parts.Select(part => new Thread(() => Guarded(part))).ToArray();
            foreach (var thread in threads) thread.Start();
            foreach (var thread in threads) thread.Join();
        }

        static void Guarded(Action part)
        {
            try
            {
                part();
            }
            catch (Exception problem)
            {
                Fault(problem.GetBaseException().ToString());
            }
        }

        static void Fault(string what) { lock (Gate) Faults.Add(what); }

        static void Say(FormattableString what) { Console.WriteLine(FormattableString.Invariant(what)); }

        static void Expect(bool holds, string what) { if (!holds) Fault(what); }

        static void Echo(int rate, int seconds)
        {
            using (var call = new Call(server, "UNITY_" + rate))
            {
                var echo = new EchoCall(call, rate);
                echo.Hold(seconds);
                File.WriteAllBytes(Path.Combine(folder, "sent-" + rate + ".pcm"), echo.Sent);
                Say($"{rate} Hz: {echo.SecondsEqual} s of sound came back byte for byte in {echo.TookSeconds:0.0} s");
                Close("echo at " + rate, call);
            }
        }

        static void CutLines()
        {
            using (var line = new CutProxy(new Uri(server)))
            using (var call = new Call(server, "UNITY_CUT", line.Port))
            {
                call.WaitUntilReady();
                for (int cut = 0; cut < 3; cut++)
                {
                    Chatter(call, 15);
                    var cutting = new Thread(() => line.Cut(700));
                    cutting.Start();
                    Chatter(call, 10);
                    cutting.Join();
                    int wanted = cut + 1;
                    call.WaitFor("resumed", () => call.Heard.Resumes >= wanted);
                }
                Chatter(call, 10);
                Close("three cut lines", call);
            }
        }

        static void Paused()
        {
            using (var call = new Call(server, "UNITY_PAUSE"))
            {
                call.WaitUntilReady();
                Chatter(call, 20);
                call.Session.Pause();
                for (int i = 0; i < 10; i++)
                {
                    call.Event();
                    Thread.Sleep(1000);
                }
                call.Session.Unpause();
                call.WaitFor("resumed", () => call.Heard.Resumes == 1);
                Chatter(call, 20);
                Close("a pause of 10 s", call);
            }
        }

        static void TakenOver()
        {
            using (var first = new Call(server, "UNITY_TAKEN"))
            {
                first.WaitUntilReady();
                Chatter(first, 20);
                using (var second = new Call(server, first.Created))
                {
                    second.WaitUntilReady();
                    first.WaitFor("closed", () => first.Heard.Reason != EndReason.None);
                    Expect(first.Heard.Reason == EndReason.Replaced, "taken over: " + first.Heard.Reason);
                    Expect(first.Heard.CloseCode == 4409, "taken over: " + first.Heard.CloseCode);
                    Chatter(second, 20);
                    second.EventIds.AddRange(first.EventIds);
                    Close("a takeover", second);
                }
            }
        }

        static void UploadedLate()
        {
            int lost, doubled;
            var files = Path.Combine(folder, "events");
            using (var call = new Call(server, "UNITY_LATE"))
            {
                call.WaitUntilReady();
                Chatter(call, 5);
                call.Finish(out lost, out doubled);
                // As an app that was killed left it.
                using (var buffer = new EventBuffer(files, call.Created.SessionId))
                {
                    for (int i = 0; i < 200; i++) AddLate(buffer, call);
                }
                Expect(EventBuffer.LeftBehind(files).Count == 1, "a buffer was left behind");
                using (var buffer = new EventBuffer(files, call.Created.SessionId))
                {
                    var again = buffer.Oldest();
                    var result = call.Rest.Upload(buffer).Result;
                    foreach (var waiting in again) buffer.Add(waiting);
                    var second = call.Rest.Upload(buffer).Result;
                    Expect(result.Stored == 200 && second.Duplicates == 200, "late: " + result.Stored + " stored");
                }
                call.Audit(out lost, out doubled);
                Say($"a buffer uploaded late: {call.EventIds.Count} events, lost {lost}, doubled {doubled}");
                Expect(lost == 0 && doubled == 0, "a buffer uploaded late: events");
            }
        }

        static void AddLate(EventBuffer buffer, Call call)
        {
            var id = Guid.NewGuid().ToString("N");
            buffer.Add(new WaitingEvent { EventId = id, Type = "ERROR", Data = EventData.Problem("late"), Time = 1, HasTime = true });
            call.EventIds.Add(id);
        }

        static void Killed(string name)
        {
            Guarded(() =>
            {
                using (var call = new Call(server, "UNITY_KILL_" + name.ToUpperInvariant()))
                {
                    call.WaitUntilReady();
                    Chatter(call, 20);
                    Console.WriteLine("kill " + name);
                    Chatter(call, 10);
                    Console.ReadLine();
                    call.WaitFor("resumed", () => call.Heard.Resumes >= 1 && call.Session.State == SessionState.Ready);
                    Chatter(call, 20);
                    Close("a killed " + name, call);
                }
            });
        }

        /// <summary>Typed lines, silence and events, each 50 ms.</summary>
        static void Chatter(Call call, int count)
        {
            var silence = new short[1200];
            for (int i = 0; i < count; i++)
            {
                call.Session.SendAudio(silence, silence.Length);
                call.Event();
                if (i % 10 == 5) call.Session.SendText("What do you smoke, and why?");
                Thread.Sleep(50);
            }
        }

        static void Close(string what, Call call)
        {
            int lost, doubled;
            call.Finish(out lost, out doubled);
            var heard = call.Heard;
            var back = heard.ResumedAfterMs.Count == 0 ? "" : ", back after " + string.Join(
                ", ", heard.ResumedAfterMs.Select(ms => ms.ToString(CultureInfo.InvariantCulture)).ToArray()) + " ms";
            Say($"{what}: seq to {call.Session.LastSeq}, gaps {heard.SeqGaps}; events {call.EventIds.Count}, lost {lost}, doubled {doubled}; resumed {heard.Resumes}{back}");
            Expect(heard.SeqGaps == 0, what + ": seq gaps");
            Expect(lost == 0 && doubled == 0, what + ": events");
            Expect(heard.OffsetFaults == 0, what + ": audio with a gap");
            Expect(heard.HasEnded && heard.HasScore, what + ": no end or no score");
        }
    }
}
