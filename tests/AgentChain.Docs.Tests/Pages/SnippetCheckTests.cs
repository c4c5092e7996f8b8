namespace AgentChain.Docs.Tests.Pages;

public sealed class SnippetCheckTests
{
    const string Source = "class C\n{\n    #region one   \n    int X;\n\n        int Y;   \n    #endregion\n    #region two\n    #endregion\n    #region two\n    #endregion\n}\n";

    readonly SnippetCheck _check = new(path => path == "a.cs" ? Source.ReplaceLineEndings("\r\n") : null);

    [Theory]
    [InlineData("<!-- snippet: a.cs#one -->\n```csharp\nint X;\n\n    int Y;\n```\n")]
    [InlineData("<!-- snippet: a.cs#one -->\r\n```csharp\r\nint X;\r\n\r\n    int Y;  \r\n```\r\n")]
    [InlineData("- item\n\n  <!-- snippet: a.cs#one -->\n  ```csharp\n  int X;\n\n      int Y;\n  ```\n")]
    [InlineData("```\nint Z;\n```\n\n````md\n```csharp\nint Z;\n```\n````\n")]
    public void Problems_PageLikeTheSource_HasNone(string page) => Assert.Empty(_check.Problems("p.md", page));

    [Theory]
    [InlineData("text\n```csharp\nint X;\n```\n", "p.md:2: the csharp code comes from no file")]
    [InlineData("text\n~~~ C# title\nint X;\n~~~\n", "p.md:2: the C# code comes from no file")]
    [InlineData("<!-- snippet: a.cs#one -->\n\n```json\n{}\n```\n", "p.md:1: no code fence follows|p.md:3: the json code comes from no file")]
    [InlineData("<!-- snippet: a.cs -- >\n", "p.md:1: no code fence follows")]
    [InlineData("<!-- snippet: a.cs#three -->\n```csharp\n```\n", "p.md:2: there is no file or region 'a.cs#three'")]
    [InlineData("<!-- snippet: a.cs#two -->\n```csharp\n```\n", "p.md:2: there is no file or region 'a.cs#two'")]
    [InlineData("<!-- snippet: b.cs -->\n```csharp\n```\n", "p.md:2: there is no file or region 'b.cs'")]
    [InlineData("<!-- snippet: a.cs#one -->\n```csharp\nint X;\n\nint Y;\n```\n", "p.md:5: the page says 'int Y;', but 'a.cs#one' says '    int Y;'")]
    [InlineData("<!-- snippet: a.cs#one -->\n```csharp\nint X;\n```\n", "p.md:4: the page says '(nothing)', but 'a.cs#one' says ''")]
    public void Problems_PageUnlikeTheSource_NamesFileAndLine(string page, string expected)
    {
        string[] problems = [.. _check.Problems("p.md", page)];
        string[] starts = expected.Split('|');
        Assert.Equal(starts.Length, problems.Length);
        Assert.All(starts.Zip(problems), pair => Assert.StartsWith(pair.First, pair.Second, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("a\n<!-- snippet: a.cs#one -->\n```csharp\nold\nolder\n```\nb\n", "a\n<!-- snippet: a.cs#one -->\n```csharp\nint X;\n\n    int Y;\n```\nb\n")]
    [InlineData("  <!-- snippet: a.cs#one -->\n  ```csharp\n  ```\n", "  <!-- snippet: a.cs#one -->\n  ```csharp\n  int X;\n\n      int Y;\n  ```\n")]
    [InlineData("```csharp\nkept\n```\n", "```csharp\nkept\n```\n")]
    public void Update_OldText_IsReplaced(string page, string expected) => Assert.Equal(expected, _check.Update(page));
}
