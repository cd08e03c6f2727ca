using System;
using UnityEngine.Events;

namespace BatVRTrainer
{
    // Unity's inspector shows events of types without parameters of their own only.

    [Serializable]
    public class StateEvent : UnityEvent<SessionState> { }

    /// <summary>Speaker (TRAINEE or AVATAR), text. Show `BatTrainer.Lines` rather than adding lines up.</summary>
    [Serializable]
    public class LineEvent : UnityEvent<string, string> { }

    [Serializable]
    public class NumberEvent : UnityEvent<float> { }

    [Serializable]
    public class TextEvent : UnityEvent<string> { }

    [Serializable]
    public class FlagEvent : UnityEvent<bool> { }

    /// <summary>Code for programs, message for people.</summary>
    [Serializable]
    public class ProblemEvent : UnityEvent<string, string> { }
}
