namespace AgentChain.Docs.Tests.Pages;

/// <summary>A fenced block of code on a page.</summary>
/// <param name="Line">The line of the opening fence, counted from 1.</param>
/// <param name="Indent">The white space before the fence, and before each line of its text.</param>
/// <param name="Language">The first word after the fence.</param>
/// <param name="Text">The text, without the indent.</param>
/// <param name="Reference">The region that the line before the fence names; null if it names none.</param>
sealed record Fence(int Line, string Indent, string Language, string Text, string? Reference)
{
    /// <summary>Whether the text must come from a file that is built or loaded.</summary>
    public bool IsChecked => Language.ToUpperInvariant() is "CSHARP" or "CS" or "C#" or "JSON" or "JSONC";

    /// <summary>The number of lines of the text.</summary>
    public int TextLines => Text.Length == 0 ? 0 : Text.Split('\n').Length;
}
