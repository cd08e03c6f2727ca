using System.Text;
using BatVRTrainer;
using UnityEngine;

namespace Kiosk
{
    /// <summary>The last lines of the conversation. Lines change when their words are mended, so all are written
    /// again.</summary>
    public sealed class Captions : MonoBehaviour
    {
        const int Shown = 4;

        public BatTrainer Trainer;
        public TextMesh Text;

        readonly StringBuilder text = new StringBuilder();

        void Start() { Trainer.LineReceived.AddListener((speaker, line) => Write()); }

        void Write()
        {
            text.Length = 0;
            var lines = Trainer.Lines.All;
            for (int i = System.Math.Max(0, lines.Count - Shown); i < lines.Count; i++)
            {
                var speaker = lines[i].Speaker == "TRAINEE" ? "You: " : Trainer.Created.PersonaName + ": ";
                text.Append(speaker).Append(lines[i].Text).Append(lines[i].IsInterrupted ? " …\n" : "\n");
            }
            Text.text = text.ToString();
        }
    }
}
