using System;
using System.Collections;

namespace UnityEngine
{
    public class Object
    {
        public string name { get; set; }
        public static void Destroy(Object obj) { }
        public static implicit operator bool(Object exists) { return !ReferenceEquals(exists, null); }
    }

    public class Component : Object
    {
        public GameObject gameObject { get { return null; } }
        public Transform transform { get { return null; } }
        public T GetComponent<T>() { return default(T); }
    }

    public class Behaviour : Component
    {
        public bool enabled { get; set; }
    }

    public class MonoBehaviour : Behaviour
    {
        public Coroutine StartCoroutine(IEnumerator routine) { return null; }
        public void StopAllCoroutines() { }
    }

    public sealed class GameObject : Object
    {
        public void SetActive(bool value) { }
    }

    public class Transform : Component
    {
        public Vector3 localScale { get; set; }
    }

    public struct Vector3
    {
        public float x, y, z;
        public Vector3(float x, float y, float z)
        {
            this.x = x;
            this.y = y;
            this.z = z;
        }
    }

    public class YieldInstruction { }

    public sealed class Coroutine : YieldInstruction { }

    public class AsyncOperation : YieldInstruction { }

    public class CustomYieldInstruction : IEnumerator
    {
        public object Current { get { return null; } }
        public bool MoveNext() { return false; }
        public void Reset() { }
    }

    public class WaitForSecondsRealtime : CustomYieldInstruction
    {
        public WaitForSecondsRealtime(float time) { }
    }

    public static class Time
    {
        public static float realtimeSinceStartup { get { return 0; } }
    }

    public static class Mathf
    {
        public static int Clamp(int value, int min, int max) { return value; }
        public static float Clamp01(float value) { return value; }
    }

    public static class Debug
    {
        public static void Log(object message) { }
        public static void LogWarning(object message) { }
        public static void LogException(Exception exception) { }
    }

    public enum RuntimePlatform { Android }

    public enum UserAuthorization { WebCam = 1, Microphone = 2 }

    public static class Application
    {
        public static string persistentDataPath { get { return ""; } }
        public static bool isFocused { get { return true; } }
        public static RuntimePlatform platform { get { return RuntimePlatform.Android; } }
        public static bool HasUserAuthorization(UserAuthorization mode) { return true; }
        public static AsyncOperation RequestUserAuthorization(UserAuthorization mode) { return null; }
    }

    public class TextMesh : Component
    {
        public string text { get; set; }
    }

    public class PropertyAttribute : Attribute { }

    public sealed class TooltipAttribute : PropertyAttribute
    {
        public TooltipAttribute(string tooltip) { }
    }

    public sealed class HeaderAttribute : PropertyAttribute
    {
        public HeaderAttribute(string header) { }
    }

    public sealed class SerializeField : Attribute { }

    public sealed class DisallowMultipleComponent : Attribute { }

    public sealed class RequireComponent : Attribute
    {
        public RequireComponent(Type requiredComponent) { }
    }

    public sealed class AddComponentMenu : Attribute
    {
        public AddComponentMenu(string menuName) { }
    }
}

namespace UnityEngine.Android
{
    public static class Permission
    {
        public const string Microphone = "android.permission.RECORD_AUDIO";
        public static bool HasUserAuthorizedPermission(string permission) { return true; }
        public static void RequestUserPermission(string permission) { }
    }
}
