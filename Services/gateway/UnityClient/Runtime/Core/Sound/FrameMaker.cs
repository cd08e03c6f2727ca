using System;

namespace BatVRTrainer
{
    /// <summary>Cuts samples at 24 kHz into frames of 20 ms and measures how loud each is.</summary>
    public sealed class FrameMaker
    {
        readonly Action<short[], float> give;
        readonly short[] frame = new short[SoundFormat.FrameSamples];
        int filled;
        float peak;

        /// <param name="give">Gets each frame and its peak, 0 to 1. The frame is used again.</param>
        public FrameMaker(Action<short[], float> give) { this.give = give; }

        public void Take(float[] samples, int count)
        {
            for (int i = 0; i < count; i++)
            {
                float sample = samples[i];
                // What is no number passes no comparison.
                if (!(sample >= -1)) sample = sample < -1 ? -1 : 0;
                else if (sample > 1) sample = 1;
                peak = Math.Max(peak, Math.Abs(sample));
                frame[filled++] = (short)Math.Round(sample * 32767);
                if (filled < frame.Length) continue;
                filled = 0;
                float loudest = peak;
                peak = 0;
                give(frame, loudest);
            }
        }
    }
}
