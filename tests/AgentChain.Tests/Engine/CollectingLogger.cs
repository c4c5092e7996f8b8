using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AgentChain.Tests.Engine;

/// <summary>Keeps everything that is logged: text, template values, exceptions.</summary>
sealed class CollectingLogger : ILoggerFactory, ILogger
{
    readonly ConcurrentQueue<string> _lines = new();
    readonly ConcurrentQueue<Exception> _exceptions = new();

    public IEnumerable<string> Lines => _lines;

    /// <summary>The formatted messages alone.</summary>
    public ConcurrentQueue<string> Messages { get; } = new();

    public IEnumerable<Exception> Exceptions => _exceptions;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join('|', pairs.Select(p => p.Value)) : "";
        _lines.Enqueue(formatter(state, exception));
        Messages.Enqueue(formatter(state, exception));
        _lines.Enqueue(values);
        if (exception is not null)
        {
            _exceptions.Enqueue(exception);
            _lines.Enqueue(exception.ToString());
        }
    }

    public void Dispose()
    {
    }
}
