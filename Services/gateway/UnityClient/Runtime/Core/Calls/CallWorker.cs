using System;
using System.Threading;

namespace BatVRTrainer
{
    /// <summary>The thread of a call: moves audio between devices and session, reports what was heard, and ticks the
    /// session.</summary>
    /// <remarks>Apart from Unity's main thread, which a loading scene stops for seconds. Without threads, in a browser,
    /// call `Step` from `Update`.</remarks>
    public sealed class CallWorker : IDisposable
    {
        const int StepMs = 5;
        const long TickMs = 20;
        const long ReportMs = 200;

        readonly Session session;
        readonly Func<long> now;
        Thread thread;
        volatile bool isStopping;
        volatile MicrophoneInput microphone;
        volatile VoiceOutput voice;
        long tickAt;
        long reportAt;
        bool wasPlaying;
        Place reported;

        public CallWorker(Session session, Func<long> now = null)
        {
            this.session = session;
            this.now = now ?? SessionOptions.Milliseconds;
        }

        /// <summary>Null without a microphone: the trainee types.</summary>
        public MicrophoneInput Microphone { get { return microphone; } set { microphone = value; } }

        /// <summary>Replaced when the device's rate changes.</summary>
        public VoiceOutput Voice { get { return voice; } set { voice = value; } }

        public void Start()
        {
            if (thread != null) return;
            thread = new Thread(Run) { IsBackground = true, Name = "bat call", Priority = ThreadPriority.AboveNormal };
            thread.Start();
        }

        public void Dispose() { isStopping = true; }

        /// <summary>Everything that is due now.</summary>
        public void Step()
        {
            long time = now();
            var input = microphone;
            if (input != null) input.Pump();
            var output = voice;
            if (output != null)
            {
                output.Pump(time);
                Report(output, time);
            }
            if (time < tickAt) return;
            tickAt = time + TickMs;
            session.Tick();
        }

        void Report(VoiceOutput output, long time)
        {
            bool isPlaying = output.IsPlaying;
            bool hasStopped = wasPlaying && !isPlaying;
            wasPlaying = isPlaying;
            if (time < reportAt && !hasStopped) return;
            var place = output.Played;
            if (!place.IsKnown || place.OffsetMs == reported.OffsetMs && place.ItemId == reported.ItemId) return;
            reported = place;
            reportAt = time + ReportMs;
            session.ReportPlayed(place);
        }

        void Run()
        {
            while (!isStopping)
            {
                Step();
                Thread.Sleep(StepMs);
            }
        }
    }
}
