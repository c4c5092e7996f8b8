using System.Diagnostics;

namespace VoiceAgent.Tests;

/// <summary>The first sample, run as a user runs it.</summary>
public sealed class QuickStartTests
{
    [Fact]
    public async Task Run_AnswersAllQuestionsAndFallsBackWhereTheLookupIsSlow()
    {
        using Process sample = Process.Start(new ProcessStartInfo("dotnet", BuiltSample())
        {
            RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = System.Text.Encoding.UTF8,
        })!;
        Task<string> errors = sample.StandardError.ReadToEndAsync();
        string output = await sample.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(2));
        await sample.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(sample.ExitCode == 0, await errors);
        Assert.Contains("how do I return an order? I will send you that by mail.", output, StringComparison.Ordinal);
        Assert.Equal(3, output.Split("critical path: ").Length - 1);
    }

    /// <summary>
    /// The sample in its own output folder: the tests reference the shared framework of ASP.NET Core, so its packages are not in theirs.
    /// </summary>
    static string BuiltSample()
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        DirectoryInfo configuration = framework.Parent!, root = configuration.Parent!.Parent!.Parent!.Parent!;
        return Path.Combine(root.FullName, "samples", "QuickStart", "bin", configuration.Name, framework.Name, "QuickStart.dll");
    }
}
