namespace Sandbox.Jail.Launching;

/// <summary>Things that must be closed on this side once the child has its own copies.</summary>
internal sealed class Belongings : IDisposable
{
    private readonly List<IDisposable> _items = [];

    public T Add<T>(T item)
        where T : IDisposable
    {
        _items.Add(item);
        return item;
    }

    public void Dispose() => _items.ForEach(item => item.Dispose());
}
