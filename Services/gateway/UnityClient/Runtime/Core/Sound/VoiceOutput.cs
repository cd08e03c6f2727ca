using System;
using System.Threading;

namespace BatVRTrainer
{
    /// <summary>The customer's voice, from the server's frames to the device's, and how much of it has been
    /// heard.</summary>
    /// <remarks>`Take` and `Clear` come from the connection, `Pump` from the worker, `Render` from the audio
    /// thread.</remarks>
    public sealed class VoiceOutput
    {
        /// <summary>So much is there before an answer begins, or it has waited so long.</summary>
        const int StartMs = 100;
        /// <summary>When less waits for the device, and nothing comes, the answer is taken for complete.</summary>
        const int EndMs = 40;
        const int PieceSamples = 240;

        readonly object gate = new object();
        readonly VoiceQueue queue;
        readonly float[] piece = new float[PieceSamples];
        readonly float[] silence;
        readonly float[] converted;
        readonly Resampler resampler;
        readonly PcmRing ring;
        readonly PlayedClock clock;
        long waitingSince = -1;
        bool isFlushed = true;
        string itemId;

        /// <param name="before">What plays on, when the device has changed its rate: all of it but what was on its way
        /// to
        /// the device.</param>
        public VoiceOutput(int deviceRate, VoiceOutput before = null)
        {
            queue = before == null ? new VoiceQueue() : before.queue;
            resampler = new Resampler(SoundFormat.Rate, deviceRate);
            silence = new float[Math.Max(1, resampler.Delay)];
            converted = new float[resampler.MostOutput(Math.Max(PieceSamples, silence.Length))];
            ring = new PcmRing(deviceRate);
            clock = new PlayedClock(deviceRate, before == null ? new Place() : before.Played);
        }

        public int DeviceRate { get { return ring.Rate; } }

        /// <summary>Something waits or sounds.</summary>
        public bool IsPlaying { get { return queue.Milliseconds > 0 || ring.Fill > 0; } }

        public int QueuedMs { get { return queue.Milliseconds; } }

        /// <summary>How often the device found less than it wanted in the middle of an answer.</summary>
        public int Underruns { get { return ring.Underruns; } }

        /// <summary>What has been heard.</summary>
        public Place Played { get { return clock.At(ring.Position); } }

        /// <param name="offset">Bytes of the item before these.</param>
        public bool Take(string itemId, long offset, byte[] bytes, int start, int count)
        {
            return queue.Add(itemId, offset, bytes, start, count);
        }

        /// <summary>Throws away what is queued; what sounds fades out within 32 frames. Gives what had been
        /// heard.</summary>
        public Place Clear()
        {
            lock (gate)
            {
                queue.Clear();
                var heard = clock.Cut(ring.Position);
                ring.Clear();
                resampler.Reset();
                isFlushed = true;
                waitingSince = -1;
                return heard;
            }
        }

        /// <summary>For the worker, every 5 to 20 ms: keeps the device supplied.</summary>
        /// <param name="now">Milliseconds.</param>
        public void Pump(long now)
        {
            lock (gate)
            {
                if (isFlushed && !MayStart(now)) return;
                while (ring.Room >= converted.Length)
                {
                    long offset;
                    string next;
                    int count = queue.Take(piece, PieceSamples, out next, out offset);
                    if (count == 0) break;
                    itemId = next;
                    if (isFlushed) resampler.Reset();
                    isFlushed = false;
                    int made = resampler.Process(piece, 0, count, converted, 0);
                    long begin = ring.Written;
                    ring.Write(converted, 0, made);
                    clock.Add(itemId, offset / 2, begin, begin + made);
                }
                if (!isFlushed && queue.Milliseconds == 0 && ring.Fill < ring.Rate * EndMs / 1000) Flush();
            }
        }

        /// <summary>For the audio thread: one channel. Gives how many frames sound.</summary>
        public int Render(float[] into, int start, int count) { return ring.Read(into, start, count); }

        bool MayStart(long now)
        {
            int waiting = queue.Milliseconds;
            if (waiting == 0)
            {
                waitingSince = -1;
                return false;
            }
            if (waitingSince < 0) waitingSince = now;
            if (waiting < StartMs && now - waitingSince < StartMs) return false;
            waitingSince = -1;
            return true;
        }

        /// <summary>Gets the last samples out of the filter.</summary>
        void Flush()
        {
            int made = resampler.Process(silence, 0, resampler.Delay, converted, 0);
            long begin = ring.Written;
            ring.Write(converted, 0, made);
            clock.Add(itemId, 0, begin, begin + made);
            ring.Complete();
            isFlushed = true;
        }
    }
}
