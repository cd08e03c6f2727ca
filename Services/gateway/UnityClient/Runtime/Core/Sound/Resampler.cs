using System;

namespace BatVRTrainer
{
    /// <summary>Converts a stream of samples between two rates, piece by piece; the pieces' borders cannot be
    /// heard.</summary>
    /// <remarks>A polyphase filter with Kaiser's window: flat to 10 kHz at 24 kHz, images and aliases 80 dB
    /// down.</remarks>
    public sealed class Resampler
    {
        /// <summary>What passes unchanged, as a share of half the lower rate.</summary>
        const double PassBand = 10.0 / 12;
        const double StopBandDecibels = 80;
        /// <summary>Positions between two input samples for which the filter is tabulated; between them it is
        /// interpolated.</summary>
        const int MostPhases = 512;
        const int PieceLength = 1024;

        readonly int from;
        readonly int to;
        readonly int phases;
        readonly int taps;
        readonly float[] rows;
        readonly float[] input;
        int filled;
        /// <summary>Whole input samples before the next output sample, and the rest in parts of `to`.</summary>
        int position;
        int fraction;

        public Resampler(int fromRate, int toRate)
        {
            if (fromRate <= 0 || toRate <= 0) throw new ArgumentOutOfRangeException(nameof(fromRate));
            int divisor = GreatestCommonDivisor(fromRate, toRate);
            from = fromRate / divisor;
            to = toRate / divisor;
            if (IsIdentity) return;
            phases = Math.Min(to, MostPhases);
            rows = Table(phases, Math.Min(1.0, (double)toRate / fromRate), out taps);
            input = new float[taps + PieceLength];
            Reset();
        }

        public bool IsIdentity { get { return from == to; } }

        /// <summary>Input samples by which the output lags, and that `Process` wants after the last one to get it out
        /// whole.</summary>
        public int Delay { get { return taps / 2; } }

        /// <summary>Room that `Process` may need for so many input samples.</summary>
        public int MostOutput(int count) { return (int)((long)(count + taps) * to / from) + 2; }

        /// <summary>Forgets what came before.</summary>
        public void Reset()
        {
            if (IsIdentity) return;
            // Silence before the first sample, so that the first output sample is the first input sample.
            Array.Clear(input, 0, input.Length);
            filled = taps / 2 - 1;
            position = 0;
            fraction = 0;
        }

        /// <summary>Gives how many samples were written to the output, which has room for `MostOutput`.</summary>
        public int Process(float[] samples, int start, int count, float[] output, int outputStart)
        {
            if (IsIdentity)
            {
                Array.Copy(samples, start, output, outputStart, count);
                return count;
            }
            int written = 0;
            while (count > 0)
            {
                int piece = Math.Min(count, input.Length - filled);
                Array.Copy(samples, start, input, filled, piece);
                filled += piece;
                start += piece;
                count -= piece;
                written += Convert(output, outputStart + written);
            }
            return written;
        }

        int Convert(float[] output, int at)
        {
            int first = at;
            int whole = from / to;
            int part = from % to;
            while (position + taps <= filled)
            {
                output[at++] = Sample();
                position += whole;
                fraction += part;
                if (fraction < to) continue;
                fraction -= to;
                position++;
            }
            int used = Math.Min(position, filled);
            Array.Copy(input, used, input, 0, filled - used);
            filled -= used;
            position -= used;
            return at - first;
        }

        float Sample()
        {
            if (phases == to) return Filtered(fraction * taps);
            double place = (double)fraction * phases / to;
            int phase = (int)place;
            float mix = (float)(place - phase);
            float sample = Filtered(phase * taps);
            return sample + mix * (Filtered((phase + 1) * taps) - sample);
        }

        float Filtered(int row)
        {
            // Four sums, which a processor adds at once, and locals, which Mono's compiler keeps in registers.
            float a = 0, b = 0, c = 0, d = 0;
            var samples = input;
            var filter = rows;
            int at = position;
            int end = row + taps - 3;
            for (; row < end; row += 4, at += 4)
            {
                a += samples[at] * filter[row];
                b += samples[at + 1] * filter[row + 1];
                c += samples[at + 2] * filter[row + 2];
                d += samples[at + 3] * filter[row + 3];
            }
            for (end += 3; row < end; row++, at++) a += samples[at] * filter[row];
            return a + b + (c + d);
        }

        /// <summary>The taps for each position of an output sample between two input samples, one row per
        /// position.</summary>
        /// <param name="lowering">The lower rate by the input's, at most 1.</param>
        static float[] Table(int phases, double lowering, out int taps)
        {
            double beta = 0.1102 * (StopBandDecibels - 8.7);
            // All in cycles per input sample.
            double stop = lowering / 2;
            double transition = stop * (1 - PassBand);
            double cutOff = stop - transition / 2;
            taps = 2 * (int)Math.Ceiling((StopBandDecibels - 7.95) / (2.285 * 2 * Math.PI * transition) / 2 + 1);
            var rows = new float[(phases + 1) * taps];
            var row = new double[taps];
            for (int phase = 0; phase <= phases; phase++)
            {
                double sum = 0;
                for (int tap = 0; tap < taps; tap++)
                {
                    double distance = tap - (taps / 2 - 1) - (double)phase / phases;
                    double place = distance / (taps / 2.0);
                    double window = Math.Abs(place) < 1 ? Bessel(beta * Math.Sqrt(1 - place * place)) / Bessel(beta) : 0;
                    row[tap] = Sinc(2 * cutOff * distance) * window;
                    sum += row[tap];
                }
                // Every row passes a constant unchanged; otherwise it would be heard as a tone.
                for (int tap = 0; tap < taps; tap++) rows[phase * taps + tap] = (float)(row[tap] / sum);
            }
            return rows;
        }

        /// <summary>The modified Bessel function of the first kind and order 0, of which Kaiser's window is
        /// made.</summary>
        static double Bessel(double x)
        {
            double sum = 1, term = 1;
            for (int k = 1; term > sum * 1e-12; k++)
            {
                term *= x / (2 * k) * (x / (2 * k));
                sum += term;
            }
            return sum;
        }

        static double Sinc(double x) { return x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x); }

        static int GreatestCommonDivisor(int a, int b) { return b == 0 ? a : GreatestCommonDivisor(b, a % b); }
    }
}
