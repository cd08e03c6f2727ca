using System;
using UnityEngine;

namespace UnityEngine
{
    public class ScriptableObject : Object { }

    public class GUILayoutOption { }

    public class GUIContent
    {
        public GUIContent(string text) { }
    }

    public static class GUILayout
    {
        public static bool Button(string text, params GUILayoutOption[] options) { return false; }
        public static void Label(string text, params GUILayoutOption[] options) { }
    }

    public static class GUI
    {
        public static bool enabled { get; set; }
    }

    public struct Vector2
    {
        public float x, y;
    }
}

namespace UnityEditor
{
    public class EditorWindow : ScriptableObject
    {
        public GUIContent titleContent { get; set; }
        public static T GetWindow<T>() where T : EditorWindow { return null; }
        public void Repaint() { }
        public void Show() { }
    }

    public sealed class MenuItem : Attribute
    {
        public MenuItem(string itemName) { }
    }

    public static class SessionState
    {
        public static string GetString(string key, string defaultValue) { return defaultValue; }
        public static void SetString(string key, string value) { }
    }

    public enum MessageType { None, Info, Warning, Error }

    public static class EditorGUILayout
    {
        public static string TextField(string label, string text, params GUILayoutOption[] options) { return text; }
        public static string PasswordField(string label, string password, params GUILayoutOption[] options)
        {
            return password;
        }
        public static int Popup(string label, int selectedIndex, string[] displayedOptions, params GUILayoutOption[] options)
        {
            return selectedIndex;
        }
        public static void LabelField(string label, params GUILayoutOption[] options) { }
        public static void SelectableLabel(string text, params GUILayoutOption[] options) { }
        public static void HelpBox(string message, MessageType type) { }
        public static Vector2 BeginScrollView(Vector2 scrollPosition, params GUILayoutOption[] options)
        {
            return scrollPosition;
        }
        public static void EndScrollView() { }
    }
}
