using System.Collections;
using UnityEngine;
#if UNITY_ANDROID
using UnityEngine.Android;
#endif

namespace BatVRTrainer
{
    /// <summary>Whether this app may use the microphone.</summary>
    static class MicrophonePermission
    {
#if UNITY_ANDROID
        const float PatienceSeconds = 60;

        public static bool IsGiven { get { return Permission.HasUserAuthorizedPermission(Permission.Microphone); } }

        /// <summary>The system's question takes the focus; the answer is there when it is back.</summary>
        public static IEnumerator Ask()
        {
            if (IsGiven) yield break;
            Permission.RequestUserPermission(Permission.Microphone);
            float until = Time.realtimeSinceStartup + PatienceSeconds;
            yield return null;
            while (!IsGiven && (!Application.isFocused || Time.realtimeSinceStartup < until - PatienceSeconds + 1))
            {
                if (Time.realtimeSinceStartup > until) yield break;
                yield return null;
            }
        }
#else
        public static bool IsGiven { get { return Application.HasUserAuthorization(UserAuthorization.Microphone); } }

        public static IEnumerator Ask()
        {
            if (!IsGiven) yield return Application.RequestUserAuthorization(UserAuthorization.Microphone);
        }
#endif
    }
}
