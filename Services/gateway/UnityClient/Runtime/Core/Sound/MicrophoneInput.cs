using System;

namespace BatVRTrainer
{
    /// <summary>From the device's samples, at its real rate, to frames for the server.</summary>
    public sealed class MicrophoneInput
    {
        const int PieceLength = 1024;

        readonly PcmRing ring;
        readonly Resampler resampler;
        readonly FrameMaker frames;
        readonly SilenceWatch silence = new SilenceWatch();
        readonly Action<short[]> send;
        readonly Action<bool> silent;
        readonly float[] piece = new float[PieceLength];
        readonly float[] converted;
        float[] mono = new float[4096];

        /// <param name="rate">Samples a second of what `Write` gets: the device's, never a guess.</param>
        /// <param name="send">Gets each frame of 20 ms, on the thread of `Pump`. It is used again.</param>
        /// <param name="silent">Told when nothing comes from the microphone, and when something does again.</param>
        public MicrophoneInput(int rate, Action<short[]> send, Action<bool> silent = null)
        {
            ring = new PcmRing(rate, 0);
            resampler = new Resampler(rate, SoundFormat.Rate);
            converted = new float[resampler.MostOutput(PieceLength)];
            frames = new FrameMaker(TakeFrame);
            this.send = send;
            this.silent = silent;
        }

        public int Rate { get { return ring.Rate; } }

        /// <summary>Frames that were left out because nobody pumped.</summary>
        public long Skipped { get { return ring.Skipped; } }

        /// <summary>Peak of the latest frame, for a meter.</summary>
        public float Level { get; private set; }

        public bool IsSilent { get { return silence.IsSilent; } }

        /// <summary>For the audio thread: all channels, interleaved.</summary>
        public void Write(float[] samples, int count, int channels)
        {
            if (channels <= 1)
            {
                ring.Write(samples, 0, count);
                return;
            }
            int length = count / channels;
            if (mono.Length < length) mono = new float[length];
            for (int i = 0; i < length; i++)
            {
                float sum = 0;
                for (int channel = 0; channel < channels; channel++) sum += samples[i * channels + channel];
                mono[i] = sum / channels;
            }
            ring.Write(mono, 0, length);
        }

        /// <summary>For the worker: converts and sends what came.</summary>
        public void Pump()
        {
            int count;
            while ((count = Math.Min(ring.Fill, PieceLength)) > 0)
            {
                count = ring.Read(piece, 0, count);
                int made = resampler.Process(piece, 0, count, converted, 0);
                frames.Take(converted, made);
                if (count == 0) return;
            }
        }

        void TakeFrame(short[] frame, float peak)
        {
            Level = peak;
            if (silence.Take(peak) && silent != null) silent(silence.IsSilent);
            send(frame);
        }
    }
}
