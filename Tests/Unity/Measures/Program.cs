using System;
using System.Diagnostics;
using System.IO;

namespace BatVRTrainer.Measures
{
    /// <summary>What the core allocates and how long it takes for a frame of 20 ms. `deploy/test-unity` runs
    /// it.</summary>
    /// <remarks>Arguments: a folder, where it writes noise. With a rate too: what sox made of that noise is there, and
    /// is
    /// compared.</remarks>
    static class Program
    {
        const int Frames = 100000;

        /// <summary>Public, so that the compiler cannot leave it out.</summary>
        public static object Garbage;

        static int Main(string[] arguments)
        {
            if (arguments.Length > 1) return Compare(arguments[0], int.Parse(arguments[1]));
            foreach (int rate in new[] { 16000, 44100, 48000 }) WriteNoise(arguments[0], rate);
            return Allocations() ? MeasureTime() : 1;
        }

        static bool Allocations()
        {
            // The cheapest rates for the many frames: a conversion takes most of the time, and allocates alike at all.
            bool isGood = IsFree(16000, SoundFormat.Rate, Frames);
            isGood &= IsFree(44100, 48000, Frames / 20);
            isGood &= IsFree(48000, 44100, Frames / 20);
            var call = new RunningCall(16000, SoundFormat.Rate);
            int collections = Collections(Frames / 10, () =>
            {
                call.Step();
                // 16 bytes.
                Garbage = new object();
            });
            Console.WriteLine("garbage collections in {0} frames with 16 bytes more for each: {1}", Frames / 10, collections);
            return isGood && collections > 0;
        }

        static bool IsFree(int rate, int deviceRate, int frames)
        {
            var call = new RunningCall(rate, deviceRate);
            int collections = Collections(frames, call.Step);
            Console.WriteLine(
                "garbage collections in {0} frames, {1} Hz in and {2} Hz out: {3} ({4} messages, {5} underruns)",
                frames, rate, deviceRate, collections, call.Messages, call.Underruns);
            return collections == 0 && call.Messages > frames && call.Underruns == 0;
        }

        static int Collections(int frames, Action step)
        {
            // Until every buffer has its size.
            for (int i = 0; i < 1000; i++) step();
            GC.Collect();
            int before = GC.CollectionCount(0);
            for (int i = 0; i < frames; i++) step();
            return GC.CollectionCount(0) - before;
        }

        static int MeasureTime()
        {
            foreach (int rate in new[] { 16000, 44100, 48000 })
            {
                int length = rate / 50;
                var stereo = new float[2 * length];
                var mono = new float[length];
                var resampler = new Resampler(rate, SoundFormat.Rate);
                var output = new float[resampler.MostOutput(length)];
                var microphone = new MicrophoneInput(rate, frame => { });
                var frames = new FrameMaker((frame, peak) => { });
                var call = new RunningCall(rate, 48000);
                double whole = Microseconds(() =>
                {
                    microphone.Write(stereo, stereo.Length, 2);
                    microphone.Pump();
                });
                double resampling = Microseconds(() => frames.Take(output, resampler.Process(mono, 0, length, output, 0)));
                Console.WriteLine(
                    "processor time for 20 ms at {0} Hz: capture {1:0.0} us, resampling {2:0.0} us, whole call {3:0.0} us",
                    rate, Math.Max(0, whole - resampling), resampling, Microseconds(call.Step));
            }
            var transport = new NullTransport();
            var session = new Session(
                new SessionOptions { WsUrl = "ws://a/ws?token=t", NewTransport = () => transport }, new Deaf());
            session.Connect();
            var ready = System.Text.Encoding.UTF8.GetBytes("{\"type\":\"ready\",\"seq\":0}");
            transport.Listener.OnText(ready, ready.Length);
            var samples = new short[SoundFormat.FrameSamples];
            Console.WriteLine(
                "processor time for 20 ms: sending {0:0.0} us",
                Microseconds(() => { for (int i = 0; i < 50; i++) session.SendAudio(samples, samples.Length); }) / 50);
            return 0;
        }

        static double Microseconds(Action step)
        {
            const int Count = 2000;
            for (int i = 0; i < 200; i++) step();
            var process = Process.GetCurrentProcess();
            var before = process.TotalProcessorTime;
            for (int i = 0; i < Count; i++) step();
            process.Refresh();
            return (process.TotalProcessorTime - before).TotalMilliseconds * 1000 / Count;
        }

        sealed class Deaf : SessionListener { }

        /// <summary>Two seconds of tones below 10 kHz, and below 5/6 of half the rate.</summary>
        static void WriteNoise(string folder, int rate)
        {
            var random = new Random(7);
            double highest = Math.Min(10000, rate / 2.0 * 10 / 12);
            var samples = new double[2 * rate];
            for (int tone = 0; tone < 60; tone++)
            {
                double step = 2 * Math.PI * (50 + (highest - 50) * random.NextDouble()) / rate;
                double phase = 2 * Math.PI * random.NextDouble();
                for (int i = 0; i < samples.Length; i++) samples[i] += 0.02 * Math.Sin(step * i + phase);
            }
            var bytes = new byte[samples.Length * 4];
            for (int i = 0; i < samples.Length; i++) Buffer.BlockCopy(BitConverter.GetBytes((float)samples[i]), 0, bytes, i * 4, 4);
            File.WriteAllBytes(Path.Combine(folder, "noise-" + rate + ".f32"), bytes);
        }

        static float[] Read(string folder, string name)
        {
            var bytes = File.ReadAllBytes(Path.Combine(folder, name));
            var samples = new float[bytes.Length / 4];
            Buffer.BlockCopy(bytes, 0, samples, 0, samples.Length * 4);
            return samples;
        }

        static int Compare(string folder, int rate)
        {
            var noise = Read(folder, "noise-" + rate + ".f32");
            var sox = Read(folder, "sox-" + rate + ".f32");
            var resampler = new Resampler(rate, SoundFormat.Rate);
            var ours = new float[resampler.MostOutput(noise.Length)];
            int made = resampler.Process(noise, 0, noise.Length, ours, 0);
            double difference = 0, signal = 0;
            // Beginning and end differ: the filters are not equally long.
            for (int i = 1000; i < Math.Min(made, sox.Length) - 1000; i++)
            {
                difference += (ours[i] - sox[i]) * (ours[i] - sox[i]);
                signal += sox[i] * sox[i];
            }
            double decibels = 10 * Math.Log10(difference / signal);
            Console.WriteLine("{0} Hz to 24 kHz: differs from sox's best by {1:0.0} dB below 10 kHz", rate, decibels);
            return decibels < -60 ? 0 : 1;
        }
    }
}
