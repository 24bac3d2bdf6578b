namespace Sandbox.Host.Registry;

/// <summary>The registry can't be read or written. The message holds no data value and is fit for a user's eyes.</summary>
public sealed class RegistryException : Exception
{
    public RegistryException()
    {
    }

    public RegistryException(string message)
        : base(message)
    {
    }

    public RegistryException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
