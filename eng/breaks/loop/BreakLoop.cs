using System.Globalization;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace AgentChain.Tests;

/// <summary>
/// The entry point of the tests in the copy: runs them repeatedly in one process, each time with the break and the tests that a line of
/// its input names, up to the first failure. Starting a process and compiling its code costs more than most of these runs.
/// </summary>
static class BreakLoop
{
    static readonly Lock Out = new();

    /// <summary>
    /// Reads lines of the form <c>break TAB included TAB excluded;excluded</c> and answers each with its failures and <c>@@done</c>.
    /// </summary>
    public static async Task<int> Main()
    {
        System.Reflection.Assembly assembly = typeof(BreakLoop).Assembly;
        using var framework = new XunitTestFramework(new Sink(_ => true));
        using ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(new ReflectionAssemblyInfo(assembly));
        var tests = new TestAssembly(new ReflectionAssemblyInfo(assembly));
        List<ITestCase> all = await DiscoverAsync(discoverer);
        Say("@@ready");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            string[] parts = line.Split('\t');
            string[] excluded = parts[2].Split(';', StringSplitOptions.RemoveEmptyEntries);
            List<ITestCase> chosen = all.FindAll(test => Name(test).Contains(parts[1], StringComparison.Ordinal)
                && !Array.Exists(excluded, e => Name(test).Contains(e, StringComparison.Ordinal)));
            Break.Chosen = int.Parse(parts[0], CultureInfo.InvariantCulture);
            if (chosen.Count > 0)
            {
                await RunAsync(tests, chosen, toTheEnd: parts[0] == "0");
            }

            Break.Chosen = 0;
            Say("@@done");
        }

        return 0;
    }

    static async Task<List<ITestCase>> DiscoverAsync(ITestFrameworkDiscoverer discoverer)
    {
        List<ITestCase> found = [];
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        discoverer.Find(false, new Sink(message =>
        {
            if (message is ITestCaseDiscoveryMessage { TestCase: var test })
            {
                found.Add(test);
            }
            else if (message is IDiscoveryCompleteMessage)
            {
                done.SetResult();
            }

            return true;
        }), new Options());
        await done.Task;
        return found;
    }

    static async Task RunAsync(TestAssembly assembly, List<ITestCase> tests, bool toTheEnd)
    {
        bool goOn = true;
        var sink = new Sink(message =>
        {
            switch (message)
            {
                case ITestFailed { Test: var test }:
                    goOn &= toTheEnd;
                    Say($"@@fail\t{Name(test.TestCase)}");
                    break;
                case ITestStarting { Test: var test }:
                    Say($"@@begin\t{Name(test.TestCase)}");
                    break;
                case ITestFinished { Test: var test }:
                    Say($"@@end\t{Name(test.TestCase)}");
                    break;
            }

            return goOn;
        });
        using var runner = new XunitTestAssemblyRunner(assembly, tests.Cast<IXunitTestCase>(), new Sink(_ => true), sink, new Options());
        try
        {
            await runner.RunAsync();
        }
        catch (OperationCanceledException)
        {
            // The run was stopped after the first failure.
        }
    }

    /// <summary>
    /// Returns the test with its data, so that one case of a theory can fail without a break and the others still count. Characters that
    /// separate lines and fields become blanks.
    /// </summary>
    static string Name(ITestCase test) =>
        string.Concat(test.DisplayName.Select(c => char.IsControl(c) || c == ';' ? ' ' : c));

    static void Say(string line)
    {
        lock (Out)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }

    sealed class Sink(Func<IMessageSinkMessage, bool> see) : LongLivedMarshalByRefObject, IMessageSink
    {
        public bool OnMessage(IMessageSinkMessage message) => see(message);
    }

    sealed class Options : LongLivedMarshalByRefObject, ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        readonly Dictionary<string, object?> _values = [];

        public TValue GetValue<TValue>(string name) => _values.TryGetValue(name, out object? value) ? (TValue)value! : default!;

        public void SetValue<TValue>(string name, TValue value) => _values[name] = value;
    }
}
