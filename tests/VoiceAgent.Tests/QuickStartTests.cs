using System.Diagnostics;

namespace VoiceAgent.Tests;

/// <summary>The first sample, run as a user runs it.</summary>
public sealed class QuickStartTests
{
    [Fact]
    public async Task Run_AnswersAllQuestionsAndFallsBackWhereTheLookupIsSlow()
    {
        using Process sample = Process.Start(new ProcessStartInfo("dotnet", Path.Combine(AppContext.BaseDirectory, "QuickStart.dll"))
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
}
