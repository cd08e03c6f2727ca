using System.Collections.Generic;

namespace BatVRTrainer
{
    /// <summary>What was said, in order. Words of the trainee often come after the answer to them.</summary>
    public sealed class TranscriptLines
    {
        readonly List<Transcript> lines = new List<Transcript>();

        public IReadOnlyList<Transcript> All { get { return lines; } }

        public void Clear() { lines.Clear(); }

        /// <summary>A new line, or one in the place of an earlier one with its id.</summary>
        public void Take(Transcript line)
        {
            lines.RemoveAll(other => other.UtteranceId == line.UtteranceId);
            int at = lines.Count;
            while (at > 0 && lines[at - 1].StartTime > line.StartTime) at--;
            lines.Insert(at, line);
        }
    }
}
