using System.Globalization;
using System.Reflection;
using Xunit.Runner.Common;
using Xunit.Sdk;
using Xunit.v3;

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
        Assembly assembly = typeof(BreakLoop).Assembly;
        var configuration = new TestAssemblyConfiguration { PreEnumerateTheories = true };
        TestContext.SetForInitialization(null, diagnosticMessages: false, internalDiagnosticMessages: false);
        await using var framework = new XunitTestFramework();
        List<ITestCase> all = [];
        await framework.GetDiscoverer(assembly).Find(
            test =>
            {
                all.Add(test);
                return new(true);
            },
            TestFrameworkOptions.ForDiscovery(configuration));
        ITestFrameworkExecutor executor = framework.GetExecutor(assembly);
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
                await executor.RunTestCases(chosen, new Sink(chosen, toTheEnd: parts[0] == "0"), TestFrameworkOptions.ForExecution(configuration));
            }

            Break.Chosen = 0;
            Say("@@done");
        }

        return 0;
    }

    /// <summary>
    /// Returns the test with its data, so that one case of a theory can fail without a break and the others still count. Characters that
    /// separate lines and fields become blanks.
    /// </summary>
    static string Name(ITestCase test) =>
        string.Concat(test.TestCaseDisplayName.Select(c => char.IsControl(c) || c == ';' ? ' ' : c));

    static void Say(string line)
    {
        lock (Out)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }

    /// <summary>Says which tests begin, end and fail. Ends the run after the first failure, unless all tests are to run.</summary>
    sealed class Sink(List<ITestCase> tests, bool toTheEnd) : IMessageSink
    {
        readonly Dictionary<string, string> _names =
            tests.DistinctBy(test => test.UniqueID).ToDictionary(test => test.UniqueID, Name, StringComparer.Ordinal);

        volatile bool _goOn = true;

        public bool OnMessage(IMessageSinkMessage message)
        {
            switch (message)
            {
                case ITestFailed test:
                    _goOn &= toTheEnd;
                    Say($"@@fail\t{_names[test.TestCaseUniqueID]}");
                    break;
                case ITestStarting test:
                    Say($"@@begin\t{_names[test.TestCaseUniqueID]}");
                    break;
                case ITestFinished test:
                    Say($"@@end\t{_names[test.TestCaseUniqueID]}");
                    break;
            }

            return _goOn;
        }
    }
}
