using BatVRTrainer;
using UnityEngine;

namespace Kiosk
{
    /// <summary>The call of this scene: begins it, shows how it goes, and ends it.</summary>
    public sealed class KioskCall : MonoBehaviour
    {
        public BatTrainer Trainer;
        public TextMesh Notice;
        public TextMesh Connection;
        public TextMesh Result;

        void Start()
        {
            Trainer.NoticeReceived.AddListener(text => Show(Notice, text));
            Trainer.StateChanged.AddListener(state => Show(Connection, Sentence(state)));
            Trainer.MicrophoneMissing.AddListener(() => Show(Connection, "There is no microphone: please type."));
            Trainer.MicrophoneSilent.AddListener(
                isSilent => Show(Connection, isSilent ? "Nothing comes from your microphone." : ""));
            Trainer.Problem.AddListener((code, message) => Show(Connection, message));
            Trainer.Finished.AddListener(ShowResult);
            // Events of a run that was killed.
            Trainer.UploadLeftBehind();
        }

        /// <summary>On the button under the notice, which has to be read before the call.</summary>
        public void Begin() { Trainer.StartCall(); }

        public void End() { Trainer.EndCall(); }

        void ShowResult()
        {
            if (!Trainer.HasScore)
            {
                Show(Result, "The result is not there yet.");
                return;
            }
            var data = Trainer.Score.Data;
            Show(Result, data.IsPresent
                ? data.WholeOf("overall") + " points, " + Trainer.Score.Verdict + "\n" + data.TextOf("summary")
                : "There is no score: " + Trainer.Score.Error);
        }

        static string Sentence(SessionState state)
        {
            switch (state)
            {
                case SessionState.Connecting: return "One moment.";
                case SessionState.Reconnecting: return "The connection is lost. Trying again.";
                case SessionState.Ended: return "The conversation is over. Your result is being worked out.";
                default: return "";
            }
        }

        static void Show(TextMesh on, string text) { if (on != null) on.text = text; }
    }
}
