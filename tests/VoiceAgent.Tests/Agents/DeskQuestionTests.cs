using System.Globalization;
using System.Text.Json;

namespace VoiceAgent.Tests.Agents;

/// <summary>The agents on questions whose wordings were held out of all training; the figures in the language model's card come from here.</summary>
public sealed class DeskQuestionTests(DeskTests.Fixture fixture) : IClassFixture<DeskTests.Fixture>
{
    [Theory]
    [InlineData("wordings", 0.9)]
    [InlineData("fresh", 0.65)]
    public async Task Answers_OfUnseenWordings_AreRight(string split, double least)
    {
        using JsonDocument reference = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(Root(), "models", "language-model", "reference.json")));
        List<string> wrong = [];
        int count = 0;
        foreach (JsonElement row in reference.RootElement.GetProperty("questions").EnumerateArray().Where(row => row.GetProperty("split").GetString() == split))
        {
            count++;
            string question = row.GetProperty("text").GetString()!;
            string answer = (await fixture.Call().AskAsync(question)).Answer;
            if (answer != row.GetProperty("answer").GetString())
            {
                wrong.Add($"{question}: {answer}");
            }
        }

        double right = 1 - ((double)wrong.Count / count);
        Assert.True(right >= least, string.Create(CultureInfo.InvariantCulture, $"{right:P1} of {count} are right. Wrong: {string.Join("; ", wrong)}"));
    }

    static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "AgentChain.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("No solution above the test assembly.");
    }
}
