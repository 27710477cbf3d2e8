"""What the thousand classes of ImageNet are called; timm brings their descriptions along."""

CLASSES = 1000


def descriptions() -> list[str]:
    """Every class's names and what it is, in the order that classifiers have them in."""
    from timm.data.imagenet_info import ImageNetInfo  # brings torch along, which takes seconds

    told = ImageNetInfo("imagenet-1k")
    return [told.index_to_description(at, detailed=True) for at in range(CLASSES)]
