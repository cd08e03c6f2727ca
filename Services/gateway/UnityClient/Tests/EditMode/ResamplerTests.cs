using System;
using NUnit.Framework;

namespace BatVRTrainer.Tests
{
    [TestFixture]
    public class ResamplerTests
    {
        static float[] Tone(int rate, double frequency, int count)
        {
            var samples = new float[count];
            for (int i = 0; i < count; i++) samples[i] = (float)(0.5 * Math.Sin(2 * Math.PI * frequency * i / rate));
            return samples;
        }

        static float[] Converted(int from, int to, float[] samples, int piece)
        {
            var resampler = new Resampler(from, to);
            var output = new float[resampler.MostOutput(samples.Length) + 4096];
            int made = 0;
            for (int at = 0; at < samples.Length; at += piece)
            {
                made += resampler.Process(samples, at, Math.Min(piece, samples.Length - at), output, made);
            }
            Array.Resize(ref output, made);
            return output;
        }

        /// <summary>Amplitude of one frequency, and of everything, without the beginning and the end.</summary>
        static void Measure(float[] samples, int rate, double frequency, out double tone, out double whole)
        {
            double sine = 0, cosine = 0, power = 0, weights = 0, squares = 0;
            int edge = 400;
            int length = samples.Length - 2 * edge;
            for (int i = 0; i < length; i++)
            {
                // Hann's window, so that the piece's length does not matter.
                double weight = 0.5 - 0.5 * Math.Cos(2 * Math.PI * i / length);
                double angle = 2 * Math.PI * frequency * i / rate;
                sine += weight * samples[edge + i] * Math.Sin(angle);
                cosine += weight * samples[edge + i] * Math.Cos(angle);
                power += weight * weight * samples[edge + i] * samples[edge + i];
                weights += weight;
                squares += weight * weight;
            }
            tone = 2 * Math.Sqrt(sine * sine + cosine * cosine) / weights;
            whole = Math.Sqrt(2 * power / squares);
        }

        static double Decibels(double ratio) { return 20 * Math.Log10(Math.Max(ratio, 1e-12)); }

        [TestCase(16000, 24000, 6600)]
        [TestCase(44100, 24000, 10000)]
        [TestCase(48000, 24000, 10000)]
        [TestCase(96000, 24000, 10000)]
        [TestCase(11025, 24000, 4500)]
        [TestCase(24000, 44100, 10000)]
        [TestCase(24000, 48000, 10000)]
        public void The_pass_band_is_flat_and_nothing_else_is_heard(int from, int to, int highest)
        {
            for (double frequency = 97; frequency <= highest; frequency += highest / 23.0)
            {
                double tone, whole;
                Measure(Converted(from, to, Tone(from, frequency, from / 2), 441), to, frequency, out tone, out whole);
                Assert.AreEqual(0, Decibels(tone / 0.5), 0.1, "gain at " + frequency);
                double rest = Math.Sqrt(Math.Max(0, whole * whole - tone * tone));
                Assert.IsTrue(Decibels(rest / 0.5) < -60, "beside " + frequency + ": " + Decibels(rest / 0.5));
            }
        }

        [TestCase(44100)]
        [TestCase(48000)]
        [TestCase(96000)]
        public void What_lies_above_half_the_rate_does_not_come_back_as_an_alias(int from)
        {
            for (double frequency = 12050; frequency < from / 2 - 500; frequency += 613)
            {
                double tone, whole;
                Measure(Converted(from, 24000, Tone(from, frequency, from / 2), 512), 24000, 1000, out tone, out whole);
                Assert.IsTrue(Decibels(whole / 0.5) < -60, frequency + ": " + Decibels(whole / 0.5));
            }
        }

        [TestCase(44100, 24000)]
        [TestCase(16000, 24000)]
        [TestCase(24000, 48000)]
        public void Pieces_make_no_difference(int from, int to)
        {
            var samples = Tone(from, 440, 5000);
            var whole = Converted(from, to, samples, 5000);
            foreach (int piece in new[] { 1, 7, 480, 1023 }) Assert.AreEqual(whole, Converted(from, to, samples, piece));
        }

        [TestCase(44100)]
        [TestCase(16000)]
        [TestCase(48000)]
        [TestCase(22050)]
        public void Not_a_sample_is_lost_or_added(int from)
        {
            var resampler = new Resampler(from, 24000);
            var second = new float[from];
            var output = new float[resampler.MostOutput(from)];
            long made = 0;
            for (int i = 0; i < 20; i++) made += resampler.Process(second, 0, from, output, 0);
            Assert.AreEqual(20 * 24000, made, resampler.Delay * 24000.0 / from + 2);
        }

        [Test]
        public void The_same_rate_changes_nothing()
        {
            var samples = Tone(24000, 440, 1000);
            Assert.AreEqual(samples, Converted(24000, 24000, samples, 100));
        }

        [Test]
        public void A_reset_forgets_what_came_before()
        {
            var resampler = new Resampler(48000, 24000);
            var output = new float[4096];
            resampler.Process(Tone(48000, 440, 2000), 0, 2000, output, 0);
            resampler.Reset();
            int made = resampler.Process(new float[2000], 0, 2000, output, 0);
            for (int i = 0; i < made; i++) Assert.AreEqual(0, output[i], 0);
        }
    }
}
