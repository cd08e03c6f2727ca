using System;
using UnityEngine;
using UnityEngine.Events;

namespace BatVRTrainer
{
    /// <summary>A call with a customer, as a component. Everything that it tells comes on the main thread.</summary>
    [AddComponentMenu("BAT VR Trainer/Bat Trainer")]
    [DisallowMultipleComponent]
    public sealed partial class BatTrainer : MonoBehaviour
    {
        [Tooltip("The server's origin, for example https://trainer.example")]
        public string Server = "http://127.0.0.1:3001";
        [Tooltip("A ticket from your own server, good for an hour. Never an API key: an app can be unpacked.")]
        public string Ticket = "";
        public string ScenarioId = "fmc_resistant";
        public string TraineeId = "";
        [Tooltip("The law that applies to the sale: CZ, GR, LV, DE or EU. Empty: the operator's")]
        public string Market = "";
        [Tooltip("Of the notice, for example cs. Empty: the persona's")]
        public string Language = "";
        [Tooltip("A practice: the trainee alone sees it")]
        public bool IsPractice;
        [Tooltip("Off: the trainee types")]
        public bool UsesMicrophone = true;
        [Tooltip("Empty: the system's own choice")]
        public string MicrophoneDevice = "";
        public MicrophoneCapture Capture;
        public VoicePlayer Voice;

        [Header("What happens")]
        public StateEvent StateChanged = new StateEvent();
        public TextEvent NoticeReceived = new TextEvent();
        public LineEvent LineReceived = new LineEvent();
        public NumberEvent AttitudeChanged = new NumberEvent();
        public TextEvent HintReceived = new TextEvent();
        public FlagEvent ConnectionChanged = new FlagEvent();
        public FlagEvent MicrophoneSilent = new FlagEvent();
        public UnityEvent MicrophoneMissing = new UnityEvent();
        public UnityEvent Interrupted = new UnityEvent();
        public TextEvent ConversationEnded = new TextEvent();
        public TextEvent ScoreReceived = new TextEvent();
        public ProblemEvent Problem = new ProblemEvent();
        public UnityEvent Finished = new UnityEvent();

        /// <summary>Every message under its type, for what has no event of its own. On the main thread.</summary>
        public event Action<string, JsonValue> MessageReceived = delegate { };

        readonly MainThreadQueue later = new MainThreadQueue();
        readonly TranscriptLines lines = new TranscriptLines();
        Score score;
        bool hasScore;
        bool isLeaving;

        public SessionState State { get; private set; }

        /// <summary>Persona, scenario and notice of the session.</summary>
        public CreatedSession Created { get; private set; }

        /// <summary>All that was said, in order. Show these: lines are replaced and sorted in.</summary>
        public TranscriptLines Lines { get { return lines; } }

        /// <summary>0 to 10; -1 before the first.</summary>
        public int Attitude { get; private set; }

        /// <summary>As adjudicated, once it is.</summary>
        public string Outcome { get; private set; }

        public bool HasScore { get { return hasScore; } }

        /// <summary>The scorecard of the highest revision.</summary>
        public Score Score { get { return score; } }

        /// <summary>Creates a session and connects.</summary>
        public void StartCall()
        {
            Begin(() => CreateSession(new NewSession
            {
                ScenarioId = ScenarioId, TraineeId = TraineeId, Market = Market, Language = Language,
                Visibility = IsPractice ? "private" : "", Client = "unity-" + Application.platform,
            }));
        }

        /// <summary>Connects to a session that your own server has created.</summary>
        public void StartCall(CreatedSession created) { Begin(() => Connect(created)); }

        /// <summary>A known pair of names in `vr-objects.yaml` is seen by the customer.</summary>
        public void SendInteraction(string interactedObject, string action)
        {
            SendEvent("VR_INTERACTION", EventData.Interaction(interactedObject, action));
        }

        public void SendChoice(string question, string answer)
        {
            SendEvent("TABLET_CHOICE", EventData.Choice(question, answer));
        }

        /// <param name="entered">YYYY-MM-DD.</param>
        public void SendBirthDate(string entered, bool isCorrect)
        {
            SendEvent("DOB_CHECK", EventData.BirthDate(entered, isCorrect));
        }

        void Begin(Action connect)
        {
            if (State != SessionState.Idle && State != SessionState.Closed)
            {
                Tell("used", "A call is going on.");
                return;
            }
            lines.Clear();
            hasScore = isLeaving = false;
            Outcome = "";
            Attitude = -1;
            Enter(SessionState.Connecting);
            connect();
        }

        void Update()
        {
            later.Run();
            StepCall();
        }

        void OnDestroy() { ReleaseCall(); }

        void Enter(SessionState state)
        {
            if (state == State) return;
            State = state;
            StateChanged.Invoke(state);
        }

        void Tell(string code, string message) { Problem.Invoke(code, message); }

        /// <summary>What the server said, on the main thread.</summary>
        void Take(string type, JsonValue message)
        {
            switch (type)
            {
                case "transcript":
                    var line = Transcript.Read(message);
                    lines.Take(line);
                    LineReceived.Invoke(line.Speaker, line.Text);
                    break;
                case "attitude":
                    Attitude = (int)BatVRTrainer.Attitude.Read(message).Value;
                    AttitudeChanged.Invoke(Attitude);
                    break;
                case "hint":
                    HintReceived.Invoke(Hint.Read(message).Text);
                    break;
                case "audio_clear":
                    Interrupted.Invoke();
                    break;
                case "session_ended":
                    Outcome = SessionEnded.Read(message).Outcome;
                    ConversationEnded.Invoke(Outcome);
                    break;
                case "session_outcome":
                    Outcome = SessionOutcome.Read(message).Outcome;
                    break;
                case "score":
                    TakeScore(BatVRTrainer.Score.Read(message), message);
                    break;
                case "error":
                    var error = ServerError.Read(message);
                    Tell(error.Code, error.Message);
                    break;
            }
            MessageReceived(type, message);
        }

        void TakeScore(Score newer, JsonValue message)
        {
            if (hasScore && newer.Revision < score.Revision) return;
            score = newer;
            hasScore = true;
            ScoreReceived.Invoke(message.ToString());
        }

        /// <summary>What REST knows of a session whose history was gone, or whose end was missed.</summary>
        void Restore(JsonValue session)
        {
            lines.Clear();
            foreach (var line in session["transcript"].Items) lines.Take(Transcript.Read(line));
            Outcome = session.TextOf("outcome", Outcome);
            var data = session["score"];
            if (data.IsPresent)
            {
                var writer = new JsonWriter();
                writer.Begin().Pair("type", "score").Pair("revision", data.WholeOf("revision"))
                    .Pair("verdict", data.TextOf("verdict")).Key("data").Value(data).End();
                JsonValue message;
                if (JsonReader.TryRead(writer.ToString(), out message)) Take("score", message);
            }
            MessageReceived("restored", session);
        }
    }
}
